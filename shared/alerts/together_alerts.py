"""One alert for many sources that change alike at once, as when a hub is deleted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from shared.alerts.alert import Alert, event_uid
from shared.alerts.source_alerts import TITLES, by_whom, source_alert
from shared.coverage.blinding import Blinded
from shared.events.times import rfc3339
from shared.heartbeat.changes import LoggingChange
from shared.heartbeat.judgement.finding_kinds import Change
from shared.heartbeat.source_watch import Notice
from shared.heartbeat.state import moment

MOST_ALERTS: Final = 25
"""So many sources that change alike in one check get alerts of their own; more share one alert."""
_NAMED: Final = 50
_OVER: Final = {Change.RECOVERED: "is over", Change.ACCEPTED: "is accepted as normal"}


def grouped(notices: Iterable[Notice]) -> list[list[Notice]]:
    """Notices, each by itself or, where they are many, with those of the same kind and change."""
    by_what: dict[tuple[str, str], list[Notice]] = {}
    for one in notices:
        by_what.setdefault((one.verdict.finding.kind, one.verdict.change), []).append(one)
    groups: list[list[Notice]] = []
    for alike in by_what.values():
        groups += [alike] if len(alike) > MOST_ALERTS else [[one] for one in alike]
    return groups


def together_alert(
    alike: Sequence[Notice],
    blinded: Blinded,
    culprit: LoggingChange | None,
    customer: str,
    now: datetime,
    left: int = 0,
) -> Alert:
    """The alert about sources that changed alike; `alike`: at least one, all of one kind and change.

    left: how many sources are left to the next checks.
    """
    gravest = max(alike, key=lambda one: one.verdict.priority)
    single = source_alert(gravest, blinded, culprit, customer, now)
    first = min(one.since for one in alike)
    kind, change = gravest.verdict.finding.kind, gravest.verdict.change
    sources = sorted({one.state.entity.source for one in alike})
    what = f"{TITLES[kind]} {_OVER[change]}" if change in _OVER else TITLES[kind]
    name = f"{what}: {len(alike):,} sources at once, since {rfc3339(moment(first))[11:16]} UTC"
    evidence: dict[str, object] = {
        "finding": kind.value,
        "since": rfc3339(moment(first)),
        "number": len(alike),
        "kinds": sources[:_NAMED],
        "sources": sorted(one.state.entity.name for one in alike)[:_NAMED],
        **{key: value for key, value in single.evidence.items() if key.startswith(("blind_", "degraded_"))},
    }
    if left:
        evidence["more_to_come"] = left
    if culprit is not None:
        evidence["changed_by"] = culprit.evidence()
    parts = [name, f"kinds: {', '.join(sources[:5])}", *([by_whom(culprit)] if culprit is not None else [])]
    return Alert(
        uid=event_uid(customer, "sources", kind.value, change.value, int(first), *sources),
        rule=single.rule,
        name=name,
        severity=single.severity,
        start=moment(first),
        end=max(moment(first), single.end),
        description=single.description,
        message="; ".join(parts),
        sub_type=single.sub_type,
        status=single.status,
        techniques=single.techniques,
        tactics=single.tactics,
        confidence=single.confidence,
        entities={name: value for name, value in single.entities.items() if name != "tenant_id"},
        source=sources[0] if len(sources) == 1 else "",
        operation=single.operation,
        evidence=evidence,
        runbook=(
            "Look for what they have in common: a hub, a key, a policy, a subscription.",
            *single.runbook,
        ),
        response=single.response,
        version="1",
        blind_from=single.blind_from and moment(first),
        blind_until=single.blind_until,
        customer=customer,
        detection_method=single.detection_method,
    )
