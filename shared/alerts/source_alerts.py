"""Alerts about telemetry: what is wrong with a source, what that blinds, and who changed the logging. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.alerts.alert import Alert, event_uid
from shared.base.severity import Severity
from shared.coverage.attack import tactics_of
from shared.coverage.blinding import Blinded
from shared.events.times import rfc3339
from shared.heartbeat.changes import LoggingChange
from shared.heartbeat.entity import OVERFLOW
from shared.heartbeat.heartbeat_rows import PartitionClock
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.source_watch import Notice
from shared.heartbeat.state import SourceState, moment

TITLES: Final = {
    FindingKind.SILENT: "Telemetry is silent",
    FindingKind.LOW: "Telemetry has dropped",
    FindingKind.HIGH: "Telemetry has surged",
    FindingKind.LATE: "Telemetry arrives late",
    FindingKind.SKEWED: "Telemetry has a wrong clock",
    FindingKind.MALFORMED: "Telemetry cannot be read",
    FindingKind.THIN: "Telemetry lost fields that detectors need",
    FindingKind.CHANGED: "Telemetry has changed its shape",
    FindingKind.NEVER_SEEN: "Expected telemetry never arrived",
    FindingKind.NOT_CONFIGURED: "Telemetry is not configured",
    FindingKind.SHORT_LIVED: "Retention is too short",
}
_STOPPED: Final = frozenset({FindingKind.SILENT, FindingKind.NEVER_SEEN, FindingKind.NOT_CONFIGURED})
_IMPAIRED: Final = ("T1562.008",)
"""Impair Defenses: Disable or Modify Cloud Logs."""
_SHOWN: Final = 5

_DESCRIPTION: Final = {
    True: "A telemetry source stopped; until it is back, attacks that only it would show go unseen.",
    False: "A telemetry source changed; until it is back to normal, its records may be incomplete or wrong.",
}
_RUNBOOK: Final = {
    FindingKind.SILENT: (
        "Check the diagnostic setting of the resource and who changed it last (azure.activity).",
        "Check that the Event Hub receives messages, and that the sender's key or role still stands.",
    ),
    FindingKind.NEVER_SEEN: (
        "Check that a diagnostic setting sends this category to the hub.",
        "Check the name in the declarations: source, tenant, category.",
    ),
    FindingKind.LOW: (
        "Check which resources stopped writing, and whether filters or categories were changed.",
    ),
    FindingKind.HIGH: ("Check what writes so much: an attack, a loop, or a setting that was widened.",),
    FindingKind.LATE: (
        "Check the health of the service that exports, and whether the collector keeps up with the hub.",
    ),
    FindingKind.SKEWED: (
        "Check the clock of the sender; alerts and windows of these records carry wrong times.",
    ),
    FindingKind.MALFORMED: ("Look into the dead letters: `telltale health` counts them by reason.",),
    FindingKind.THIN: (
        "Compare a record with one of last week; check what the sender or a forwarder leaves out.",
    ),
    FindingKind.CHANGED: (
        "Compare a record with one of last week; run the detectors' examples against the new form.",
    ),
}
_RESPONSE: Final = ("Restore the logging; look for what happened in the blind time.",)


def source_alert(
    notice: Notice, blinded: Blinded, culprit: LoggingChange | None, customer: str, now: datetime
) -> Alert:
    """The alert about what became of a finding about a source."""
    if notice.verdict.change in (Change.RECOVERED, Change.ACCEPTED):
        return _over(notice, customer, now)
    state, verdict = notice.state, notice.verdict
    kind, entity = verdict.finding.kind, state.entity
    begun = moment(notice.since)
    what = "flapping" if verdict.change is Change.FLAPPING else kind.value
    name = _name(notice)
    stopped = kind in _STOPPED
    return Alert(
        uid=_uid(notice, customer, now),
        rule=f"telltale.source_{what}",
        name=name,
        severity=verdict.severity,
        start=begun,
        end=begun if stopped else now,
        description=_DESCRIPTION[stopped],
        message="; ".join(part for part in (*_message(notice, blinded), by_whom(culprit)) if part),
        sub_type="Compliance Violation",
        techniques=_IMPAIRED if stopped else (),
        tactics=tactics_of(_IMPAIRED) if stopped else (),
        confidence=90 if culprit is not None else 80,
        entities=_entities(state, culprit),
        source=entity.source,
        operation=culprit.operation if culprit is not None else "",
        evidence={**_evidence(notice), **_blind_evidence(blinded), **_culprit_evidence(culprit)},
        runbook=_RUNBOOK.get(kind, ()),
        response=_RESPONSE if stopped else (),
        version="2",
        customer=customer,
        detection_method="Other",
        blind_from=begun if stopped else None,
    )


def _over(notice: Notice, customer: str, now: datetime) -> Alert:
    """A finding is over, or has lasted so long that it is the new usual."""
    state, kind = notice.state, notice.verdict.finding.kind
    begun = moment(notice.since)
    accepted = notice.verdict.change is Change.ACCEPTED
    if accepted:
        name = f"Telemetry change accepted as normal: {state.entity.name}, {_plain(kind)}"
    elif kind in _STOPPED:
        name = f"Telemetry is back: {state.entity.name}"
    else:
        name = f"Telemetry is back to normal: {state.entity.name}, no longer {_plain(kind)}"
    last = state.last_seen
    end = max(begun, min(last, now) if last is not None and kind in _STOPPED else now)
    was_blind = kind in _STOPPED and not accepted
    return Alert(
        uid=event_uid(customer, "source", "recovered", kind.value, *state.entity, int(notice.since)),
        rule="telltale.source_accepted" if accepted else "telltale.source_recovered",
        name=name,
        severity=Severity.INFORMATIONAL,
        start=begun,
        end=end,
        description="A problem with a telemetry source is over, or has lasted so long that it counts as normal.",
        message=f"{name}; {_plain(kind)} since {rfc3339(begun)[:19]}Z",
        sub_type="Compliance Violation",
        status="Closed",
        confidence=80,
        entities=_entities(state, None),
        source=state.entity.source,
        evidence=_evidence(notice),
        version="2",
        customer=customer,
        detection_method="Other",
        blind_from=begun if was_blind else None,
        blind_until=end if was_blind else None,
    )


def _uid(notice: Notice, customer: str, now: datetime) -> str:
    """Follows from what the notice is about, not from when it was found."""
    verdict, entity = notice.verdict, notice.state.entity
    kind = verdict.finding.kind.value
    if verdict.change is Change.ESCALATED:
        lasted = max(1, int(now.timestamp() - verdict.opened_at))
        return event_uid(
            customer, "source", "escalated", kind, *entity, int(notice.since), lasted.bit_length()
        )
    if verdict.change is Change.FLAPPING:
        return event_uid(customer, "source", "flapping", kind, *entity, int(verdict.opened_at) // 86_400)
    return event_uid(customer, "source", kind, *entity, int(notice.since))


def _name(notice: Notice) -> str:
    state, verdict = notice.state, notice.verdict
    kind, named = verdict.finding.kind, state.entity.name
    if verdict.change is Change.FLAPPING:
        return f"Telemetry comes and goes: {named}, {_plain(kind)} again and again"
    title = TITLES[kind]
    if kind is FindingKind.NEVER_SEEN:
        return f"{title}: {named}"
    lasts = " still" if verdict.change is Change.ESCALATED else ""
    return f"{title}{lasts}: {named} since {rfc3339(moment(notice.since))[11:16]} UTC"


def _message(notice: Notice, blinded: Blinded) -> list[str]:
    state = notice.state
    last = state.last_seen
    seen = f"last record {rfc3339(last)[:19]}Z" if last is not None else "no record so far"
    return [_name(notice), notice.verdict.finding.why, seen, _blind_text(blinded)]


def _blind_text(blinded: Blinded) -> str:
    if not blinded.detectors and not blinded.degraded_detectors:
        return "no detector is blind"
    parts = []
    if blinded.detectors:
        parts.append(f"blind: {_listed(blinded.detectors, 'detectors')}")
    if blinded.techniques:
        parts.append(f"no detector left for {_listed(blinded.techniques, 'techniques')}")
    if blinded.degraded_detectors:
        parts.append(f"sees less: {_listed(blinded.degraded_detectors, 'detectors')}")
    if blinded.degraded_techniques:
        parts.append(f"fewer detectors for {_listed(blinded.degraded_techniques, 'techniques')}")
    return "; ".join(parts)


def _listed(names: Sequence[str], what: str) -> str:
    more = f" and {len(names) - _SHOWN} more {what}" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def by_whom(culprit: LoggingChange | None) -> str:
    """Who changed the logging, how and when; '' where nobody is known."""
    if culprit is None:
        return ""
    who = culprit.actor or "somebody unknown"
    return f"{who} did {culprit.operation or culprit.name} at {rfc3339(moment(culprit.time))[:19]}Z"


def _entities(state: SourceState, culprit: LoggingChange | None) -> dict[str, str]:
    found = {"tenant_id": state.entity.tenant}
    if culprit is not None:
        found |= {
            "actor_username": culprit.actor,
            "resource_id": culprit.resource_id,
            "subscription_id": culprit.subscription_id,
            "account_id": culprit.account_id,
        }
    return {name: value for name, value in found.items() if value}


def _evidence(notice: Notice) -> dict[str, object]:
    state, finding = notice.state, notice.verdict.finding
    evidence: dict[str, object] = {
        "category": state.entity.category,
        "dimension": state.entity.dimension or None,
        "finding": finding.kind.value,
        "since": rfc3339(moment(notice.since)),
        "last_seen": rfc3339(state.last_seen) if state.last_seen is not None else None,
        "seen": round(finding.seen, 3),
        "usual": round(finding.usual, 3),
        "limit": round(finding.limit, 3),
        "unit": finding.unit,
        "detail": finding.detail,
        "priority": notice.verdict.priority,
    }
    return {name: value for name, value in evidence.items() if value not in (None, "")}


def _blind_evidence(blinded: Blinded) -> dict[str, object]:
    return {
        "blind_detectors": list(blinded.detectors),
        "blind_techniques": list(blinded.techniques),
        "degraded_detectors": list(blinded.degraded_detectors),
        "degraded_techniques": list(blinded.degraded_techniques),
    }


def _culprit_evidence(culprit: LoggingChange | None) -> dict[str, object]:
    return {"changed_by": culprit.evidence()} if culprit is not None else {}


def _plain(kind: FindingKind) -> str:
    return kind.value.replace("_", " ")


def overflow_alert(state: SourceState, customer: str) -> Alert:
    """The one alert of a day about a source that brings more new names than it may."""
    seen = state.last_seen or state.since
    named = state.entity.name.replace(OVERFLOW, "").strip()
    return Alert(
        uid=event_uid(customer, "source", "overflow", *state.entity, int(seen.timestamp()) // 86_400),
        rule="telltale.source_overflow",
        name=f"Too many new names in telemetry: {named}",
        severity=Severity.MEDIUM,
        start=seen,
        end=seen,
        description="A source sends more new tenants, categories or resources an hour than are watched individually; "
        "they may be made up.",
        message=f"{state.count_24h} records of names beyond the limit in 24 hours; they are counted together",
        sub_type="Anomaly",
        source=state.entity.source,
        entities=_entities(state, None),
        evidence={"records_24h": state.count_24h},
        runbook=("Look at the newest records of the source: who writes them, and are the names real?",),
        response=(
            "If they are real, raise new_an_hour in [heartbeats], or watch the source by fewer dimensions.",
        ),
        version="1",
        customer=customer,
    )


def recreated_alert(clock: PartitionClock, customer: str) -> Alert:
    """The alert about a hub partition that began to number its messages anew."""
    at = clock.recreated_at or clock.enqueued
    return Alert(
        uid=event_uid(customer, "hub", "recreated", clock.owner, int(at.timestamp())),
        rule="telltale.hub_recreated",
        name=f"Event hub was recreated: partition {clock.owner}",
        severity=Severity.LOW,
        start=at,
        end=at,
        description="The sequence numbers of a hub partition restarted. Counting continues; messages of the old "
        "hub are lost.",
        message=f"sequence numbers restarted at {rfc3339(at)[:19]}Z",
        sub_type="Compliance Violation",
        evidence={"owner": clock.owner, "times": clock.recreated},
        runbook=("Find out who deleted the hub, and which messages had not been processed.",),
        version="1",
        customer=customer,
    )
