"""How much a finding matters: what kind it is, whose source it is, what it blinds, how long it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Final

from shared.base.severity import Severity
from shared.heartbeat.judgement.finding_kinds import FindingKind
from shared.heartbeat.judgement.policy import Policy

_BY_KIND: Final[Mapping[FindingKind, int]] = {
    FindingKind.SILENT: 40,
    FindingKind.MALFORMED: 35,
    FindingKind.LOW: 30,
    FindingKind.THIN: 30,
    FindingKind.NEVER_SEEN: 30,
    FindingKind.NOT_CONFIGURED: 30,
    FindingKind.LATE: 25,
    FindingKind.SKEWED: 20,
    FindingKind.HIGH: 15,
    FindingKind.SHORT_LIVED: 15,
    FindingKind.CHANGED: 10,
}
_BY_CRITICALITY: Final = {"low": -10, "medium": 0, "high": 15, "critical": 30}
_BLINDS: Final = frozenset(
    {
        FindingKind.SILENT,
        FindingKind.MALFORMED,
        FindingKind.LOW,
        FindingKind.THIN,
        FindingKind.NEVER_SEEN,
        FindingKind.NOT_CONFIGURED,
        FindingKind.LATE,
    }
)
_SEVERITIES: Final = (
    (65, Severity.HIGH),
    (40, Severity.MEDIUM),
    (20, Severity.LOW),
    (0, Severity.INFORMATIONAL),
)


def priority(kind: FindingKind, policy: Policy, alerts: int = 0) -> int:
    """0 to 100. alerts: how many alerts the episode has raised before, one each time it lasted too long."""
    points = _BY_KIND[kind] + _BY_CRITICALITY[policy.criticality] + 20 * min(alerts, 3)
    if kind in _BLINDS:
        points += min(15, round(3 * log2(1 + max(0, policy.blinds))))
        points += min(10, round(2 * log2(1 + max(0, policy.techniques))))
    return max(0, min(100, points))


def severity(points: int) -> Severity:
    """The severity of a priority."""
    return next(severity for least, severity in _SEVERITIES if points >= least)
