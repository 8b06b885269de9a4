"""Which detectors a record is for. Pure."""
