"""Detectors on identity."""
