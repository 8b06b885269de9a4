"""Detectors over application events that the runs of `make chaos` plant records for: one a kind of detector."""
