"""Builds alerts from findings of detectors and from errors of the collector; `source_alerts.py` does it for sources.

Pure. It is on the hot path, so it does no more than an alert needs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from shared.alerts.alert import Alert, EventResult, SubType, event_uid
from shared.base.severity import Severity
from shared.coverage.attack import tactics_of
from shared.detection.detector import Detector
from shared.detection.discovery import LeftOut
from shared.detection.finding import Finding
from shared.enrichment.context import Context

_PLACE = re.compile(r"\{([^{}]+)\}")
_UNKNOWN: Final = {
    "actor_username": "an unknown user",
    "actor_user_id": "an unknown user",
    "src_ip_addr": "an unknown address",
    "target_name": "an unnamed object",
    "target_username": "an unknown user",
    "app_name": "an unnamed application",
}
_OUTCOMES: Final[Mapping[str, EventResult]] = {
    "Success": "Success",
    "Failure": "Failure",
    "Partial": "Partial",
}
_ENTITY_LEFT_OUT = frozenset({"operation", "event_result", "event_result_details"})


def filled(template: str, fields: Mapping[str, str]) -> str:
    """`template` with its {names} filled from `fields`; what is unknown is said to be."""
    return _PLACE.sub(lambda match: _shown(fields, match[1]), template)


def _shown(fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name)
    if not value:
        return _UNKNOWN.get(name, "(unknown)")
    if value.startswith(("/subscriptions/", "/providers/", "/tenants/")):
        return value.rstrip("/").rpartition("/")[2]  # the whole id stands in the alert's own column
    return value


def alert_of(finding: Finding, context: Context, customer: str) -> Alert:
    """The alert about a finding; its uid follows from customer, detector and what the finding is about."""
    detector = finding.detector
    fields = dict(finding.fields)
    fields.setdefault("source", finding.source)
    shown = {**fields, "count": str(finding.evidence.get("seen", finding.count)), "key": _key_text(finding)}
    name = filled(detector.title, shown)
    return Alert(
        uid=event_uid(customer, detector.id, *finding.identity),
        rule=detector.id,
        name=name,
        severity=detector.severity,
        start=finding.start,
        end=finding.end,
        description=detector.description,
        message=_message(name, finding, context),
        sub_type=_sub_type(detector),
        techniques=detector.techniques,
        tactics=tactics_of(detector.techniques),
        confidence=detector.confidence,
        count=finding.count,
        entities={
            key: value for key, value in fields.items() if key not in _ENTITY_LEFT_OUT and key != "source"
        },
        source=finding.source,
        operation=fields.get("operation", ""),
        event_result=_OUTCOMES.get(fields.get("event_result", ""), "NA"),
        criticality=context.criticality,
        tags=context.tags,
        runbook=tuple(filled(step, shown) for step in detector.runbook),
        response=tuple(filled(step, shown) for step in detector.response),
        evidence={**finding.evidence, "records": finding.references},
        version=detector.version,
        customer=customer,
        detection_method="Behavioral Analytics" if detector.window else "Other",
    )


def _key_text(finding: Finding) -> str:
    key = finding.evidence.get("key")
    return ", ".join(map(str, key.values())) if isinstance(key, dict) else ""


def _message(name: str, finding: Finding, context: Context) -> str:
    parts = [name]
    if finding.said:
        parts.append(finding.said)
    elif finding.count > 1:
        parts.append(f"{finding.count} records")
    if context.criticality:
        parts.append(f"the resource is declared {context.criticality}")
    return "; ".join([*parts, *context.tags])


def _sub_type(detector: Detector) -> SubType:
    return "Anomaly" if detector.window else "Suspicious Activity" if detector.confidence < 85 else "Threat"


def with_blind_times(alert: Alert, blind: Sequence[Mapping[str, str | None]]) -> Alert:
    """The alert with the times in which sources of its detector were silent: from the first, to the end of the last.

    blind: at least one, each with `from` and `to` as RFC 3339; `to` is None while it lasts.
    """
    begun = [datetime.fromisoformat(str(one["from"])) for one in blind]
    ended = [None if one["to"] is None else datetime.fromisoformat(one["to"]) for one in blind]
    return replace(
        alert,
        evidence={**alert.evidence, "blind_times": list(blind)},
        blind_from=min(begun),
        blind_until=None if None in ended else max(end for end in ended if end is not None),
    )


def detector_left_out_alert(left_out: LeftOut, day: int, customer: str) -> Alert:
    """The health alert about a detector of the customer's own that cannot work; one a day (UTC, since 1970)."""
    moment = datetime.fromtimestamp(day * 86_400, UTC)
    return Alert(
        uid=event_uid(customer, "detector_left_out", left_out.id, day),
        rule="telltale.detector_left_out",
        name=f"Detector {left_out.id} cannot work and is left out",
        severity=Severity.MEDIUM,
        start=moment,
        end=moment,
        description="A detector of your own cannot be loaded, so nothing that it looks for is found. The others run.",
        message=left_out.reason,
        sub_type="Compliance Violation",
        count=1,
        evidence={"detector": left_out.id, "error": left_out.reason},
        runbook=(
            "Run `telltale examples` in the checkout that was published: it says the same.",
            "Repair the file or take it out, and publish again.",
        ),
        version="1",
        customer=customer,
    )


def detector_error_alert(detector: Detector, text: str, count: int, hour: int, customer: str) -> Alert:
    """The health alert about a detector that raises; one an hour."""
    moment = datetime.fromtimestamp(hour * 3600, UTC)
    return Alert(
        uid=event_uid(customer, "detector_error", detector.id, hour),
        rule="telltale.detector_error",
        name=f"Detector {detector.id} fails on records",
        severity=Severity.LOW,
        start=moment,
        end=moment,
        description="A detector failed on records, so it finds nothing in them.",
        message=f"{count} records in a batch; first error: {text}",
        sub_type="Compliance Violation",
        count=count,
        evidence={"detector": detector.id, "error": text},
        runbook=("Run the failing record through `telltale replay` and repair the detector.",),
        version="1",
        customer=customer,
    )
