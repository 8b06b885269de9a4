"""How much something matters: an alert, in ASIM's words, and a resource, in the customer's."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal


class Severity(StrEnum):
    """ASIM's EventSeverity."""

    INFORMATIONAL = "Informational"
    LOW = "Low"
    MEDIUM = "Medium"
    HIGH = "High"


Criticality = Literal["low", "medium", "high", "critical"]
"""How much a resource or a source matters to the customer."""
