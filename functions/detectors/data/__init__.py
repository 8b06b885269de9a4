"""Detectors on data."""
