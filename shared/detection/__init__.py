"""What a detector's author needs: the decorator, severities, windows, conditions, networks and ports."""

from shared.base.errors import DeclarationError
from shared.base.severity import Severity
from shared.detection._networks import PRIVATE_NETWORKS, inside, outside
from shared.detection._ports import DATABASE_PORTS, REMOTE_CONTROL_PORTS
from shared.detection.detector import Detector, detector
from shared.detection.logging_loss import LoggingLoss
from shared.detection.windows._listening import findings
from shared.detection.windows.kinds.distinct import distinct, network_of
from shared.detection.windows.kinds.first_seen import first_seen
from shared.detection.windows.kinds.rate import rate
from shared.detection.windows.kinds.sequence import sequence
from shared.detection.windows.kinds.share import share
from shared.detection.windows.kinds.travel import travel
from shared.detection.windows.window import count
from shared.events.conditions import absent, contains, none_of, prefix, present, suffix
from shared.events.source_definition import select

__all__ = [
    "DATABASE_PORTS",
    "PRIVATE_NETWORKS",
    "REMOTE_CONTROL_PORTS",
    "DeclarationError",
    "Detector",
    "LoggingLoss",
    "Severity",
    "absent",
    "contains",
    "count",
    "detector",
    "distinct",
    "findings",
    "first_seen",
    "inside",
    "network_of",
    "none_of",
    "outside",
    "prefix",
    "present",
    "rate",
    "select",
    "sequence",
    "share",
    "suffix",
    "travel",
]
