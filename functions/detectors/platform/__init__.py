"""Detectors on platform."""
