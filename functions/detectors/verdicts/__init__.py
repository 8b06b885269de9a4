"""Verdicts of others: of vendors' products, and of our own detectors in combination."""
