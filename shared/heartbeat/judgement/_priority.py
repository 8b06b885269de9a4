"""How much a finding matters: what kind it is, whose source it is, what it blinds, how long it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Final

from shared.base.severity import Severity
from shared.heartbeat.judgement.kinds import Kind
from shared.heartbeat.judgement.policy import Policy

_BY_KIND: Final[Mapping[Kind, int]] = {
    Kind.SILENT: 40,
    Kind.MALFORMED: 35,
    Kind.LOW: 30,
    Kind.THIN: 30,
    Kind.NEVER_SEEN: 30,
    Kind.NOT_CONFIGURED: 30,
    Kind.LATE: 25,
    Kind.SKEWED: 20,
    Kind.HIGH: 15,
    Kind.SHORT_LIVED: 15,
    Kind.CHANGED: 10,
}
_BY_CRITICALITY: Final = {"low": -10, "medium": 0, "high": 15, "critical": 30}
_BLINDS: Final = frozenset(
    {Kind.SILENT, Kind.MALFORMED, Kind.LOW, Kind.THIN, Kind.NEVER_SEEN, Kind.NOT_CONFIGURED, Kind.LATE}
)
_SEVERITIES: Final = (
    (65, Severity.HIGH),
    (40, Severity.MEDIUM),
    (20, Severity.LOW),
    (0, Severity.INFORMATIONAL),
)


def priority(kind: Kind, policy: Policy, told: int = 0) -> int:
    """0 to 100. told: how often the episode was told before, which is how often it has lasted too long."""
    points = _BY_KIND[kind] + _BY_CRITICALITY[policy.criticality] + 20 * min(told, 3)
    if kind in _BLINDS:
        points += min(15, round(3 * log2(1 + max(0, policy.blinds))))
        points += min(10, round(2 * log2(1 + max(0, policy.techniques))))
    return max(0, min(100, points))


def severity(points: int) -> Severity:
    """The severity of a priority."""
    return next(severity for least, severity in _SEVERITIES if points >= least)
