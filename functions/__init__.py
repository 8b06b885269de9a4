"""What Azure triggers: one blueprint a file, each a trigger and one call into `shared`."""
