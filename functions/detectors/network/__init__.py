"""Detectors on network."""
