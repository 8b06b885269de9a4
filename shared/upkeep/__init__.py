"""What the collector does besides detecting: canaries, arrival, log settings, status, dead letters, retention."""
