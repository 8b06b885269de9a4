"""What the collector does besides detecting: canaries, arrival, log settings, the status page, dead letters, retention."""
