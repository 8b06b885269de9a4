"""Detectors on application."""
