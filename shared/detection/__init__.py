"""What a detector's author needs: the decorator, severities, windows and condition words."""

from shared.detection.detector import Detector, Severity, detector
from shared.detection.window import count, distinct
from shared.errors import DeclarationError
from shared.events.selection import absent, contains, none_of, prefix, present, suffix
from shared.events.source import select

__all__ = [
    "DeclarationError",
    "Detector",
    "Severity",
    "absent",
    "contains",
    "count",
    "detector",
    "distinct",
    "none_of",
    "prefix",
    "present",
    "select",
    "suffix",
]
