"""What a detector's author needs: the decorator, severities, windows and condition words."""

from shared.base.errors import DeclarationError
from shared.detection.detector import Detector, Severity, detector
from shared.detection.kinds.distinct import distinct, network_of
from shared.detection.kinds.first_seen import first_seen
from shared.detection.kinds.rate import rate
from shared.detection.kinds.sequence import sequence
from shared.detection.kinds.share import share
from shared.detection.kinds.travel import travel
from shared.detection.listening import findings
from shared.detection.window import count
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
    "findings",
    "first_seen",
    "network_of",
    "none_of",
    "prefix",
    "present",
    "rate",
    "select",
    "sequence",
    "share",
    "suffix",
    "travel",
]
