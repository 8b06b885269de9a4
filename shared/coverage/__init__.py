"""What the detectors cover of MITRE ATT&CK, and what a silent source blinds."""
