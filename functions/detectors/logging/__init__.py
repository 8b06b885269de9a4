"""Detectors on logging."""
