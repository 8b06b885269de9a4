"""What developers add: one file a detector, by what it watches over. Found by shared.detection.discovery."""
