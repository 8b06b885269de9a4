"""The alert that an analyst reads: about a finding, about a source, or about the collector itself.

Built by whoever found something; `alert_row.py` turns it into a row of the table, the outbox carries it to
Sentinel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Literal

from shared.base.severity import Severity

SubType = Literal["Threat", "Suspicious Activity", "Anomaly", "Compliance Violation"]
"""ASIM AlertEvent EventSubType."""

Status = Literal["Active", "Closed"]
"""ASIM AlertEvent AlertStatus."""

Method = Literal[
    "EDR",
    "Behavioral Analytics",
    "Reputation",
    "Threat Intelligence",
    "Intrusion Detection",
    "Automated Investigation",
    "Antivirus",
    "Data Loss Prevention",
    "User Defined Blocked List",
    "Cloud Security Posture Management",
    "Cloud Application Security",
    "Scheduled Alerts",
    "Other",
]
"""ASIM AlertEvent DetectionMethod."""

EventResult = Literal["Success", "Partial", "Failure", "NA"]
"""ASIM EventResult."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert about one episode.

    `uid` follows from what the alert is about (`event_uid`), so that raising it twice is raising it once.
    `start` and `end` are aware datetimes: the first and the last event of the episode. `confidence` is 0 to
    100. `entities` holds the normalised names (`actor_username`, `src_ip_addr`, `resource_id`, ...) that
    have a value. `description` may run over several lines; `name`, `message`, `runbook` and `response` are
    one line each. `blind_from` and `blind_until`: the time in which a source was not seen, that this is
    about or that a detector of it needs.
    """

    uid: str
    rule: str
    name: str
    severity: Severity
    start: datetime
    end: datetime
    description: str = ""
    message: str = ""
    sub_type: SubType = "Suspicious Activity"
    techniques: tuple[str, ...] = ()
    tactics: tuple[str, ...] = ()
    status: Status = "Active"
    confidence: int = 50
    count: int = 1
    entities: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    operation: str = ""
    event_result: EventResult = "NA"
    criticality: str | None = None
    tags: tuple[str, ...] = ()
    runbook: tuple[str, ...] = ()
    response: tuple[str, ...] = ()
    evidence: Mapping[str, object] = field(default_factory=dict)
    version: str = ""
    customer: str = ""
    detection_method: Method = "Other"
    blind_from: datetime | None = None
    blind_until: datetime | None = None


def event_uid(*parts: str | int | None) -> str:
    """The id of the alert about exactly these parts, in this order: 32 hexadecimal digits.

    Every part goes in with its length, so ("ab", "c") and ("a", "bc") differ, and None differs from "".
    """
    digest = blake2b(digest_size=16)
    for part in parts:
        if part is None:
            digest.update(b"\xff\xff\xff\xff\xff\xff\xff\xff")
            continue
        content = str(part).encode("utf-8", "surrogatepass")
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()
