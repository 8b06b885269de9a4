"""Detectors of your own; no release of Telltale puts anything here. README.md says how."""
