"""Findings and troubles as alerts: what they say, and ids that follow from what they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.alerts.alert import event_uid
from shared.alerts.alert_row import encoded, to_row
from shared.alerts.build import alert_of, detector_error_alert, filled
from shared.detection import count
from shared.detection.finding import Finding, identity_of
from shared.enrichment import Context
from tests.alerts.alert_event_model import AlertEvent
from tests.detection.probe import START, by, detector_of, event_of

NOTHING = Context(None, ())
DETECTOR = replace(
    detector_of("one", title="{actor_username} touched {target_name}"),
    runbook=("Ask {actor_username}.", "See {role_name}."),
    response=("Lock {actor_username}.",),
)
FIELDS = {
    "actor_username": "ann",
    "operation": "Update",
    "event_result": "Success",
    "event_result_details": "0",
}


def finding(**changes: Any) -> Finding:
    said: dict[str, Any] = {"detector": DETECTOR, "identity": ("record", "abc"), "source": "probe.records"}
    return Finding(
        **{**said, "fields": FIELDS, "start": START, "end": START + timedelta(seconds=5), **changes}
    )


def valid(alert: Any) -> AlertEvent:
    return AlertEvent.model_validate_json(
        encoded({**to_row(alert), "TimeGenerated": "2026-11-02T09:00:00.000000Z"})
    )


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{actor_username} did it", "ann did it"),
        ("{target_name} fell", "an unnamed object fell"),
        ("{role_name} changed", "(unknown) changed"),
        ("{", "{"),
        ("{}", "{}"),
        ("nothing to fill", "nothing to fill"),
    ],
)
def test_a_template_is_filled_and_says_what_is_unknown(template: str, text: str) -> None:
    assert filled(template, FIELDS) == text


def test_a_value_that_looks_like_a_template_is_not_filled_again() -> None:
    assert (
        filled("{actor_username}", {"actor_username": "{target_name}", "target_name": "x"}) == "{target_name}"
    )


def test_an_alert_says_what_its_finding_says() -> None:
    alert = alert_of(finding(), Context("critical", ("own network: office",)), "contoso")
    assert alert.name == "ann touched an unnamed object"
    assert (
        alert.message
        == "ann touched an unnamed object; the resource is declared critical; own network: office"
    )
    assert alert.runbook == ("Ask ann.", "See (unknown).")
    assert alert.response == ("Lock ann.",)
    assert alert.entities == {"actor_username": "ann"}
    assert (alert.source, alert.operation, alert.event_result) == ("probe.records", "Update", "Success")
    assert (alert.start, alert.end) == (START, START + timedelta(seconds=5))
    assert (alert.criticality, alert.tags) == ("critical", ("own network: office",))
    assert valid(alert).AlertName == alert.name


def test_an_id_follows_from_customer_detector_and_what_it_is_about_alone() -> None:
    uid = alert_of(finding(), NOTHING, "contoso").uid
    assert uid == event_uid("contoso", "tests.one", "record", "abc")
    assert uid == alert_of(finding(count=9, fields={}, end=START), Context("low", ()), "contoso").uid
    others = [
        alert_of(finding(), NOTHING, "other").uid,
        alert_of(finding(identity=("record", "abd")), NOTHING, "contoso").uid,
        alert_of(finding(detector=replace(DETECTOR, id="tests.two")), NOTHING, "contoso").uid,
    ]
    assert len({uid, *others}) == 4


def test_the_id_of_a_record_does_not_depend_on_the_order_of_its_keys() -> None:
    record = by("ann")
    turned = dict(reversed(record.items()))
    assert identity_of(event_of(record), DETECTOR) == identity_of(event_of(turned), DETECTOR)


def test_a_window_says_what_was_seen_and_what_its_threshold_is() -> None:
    windowed = replace(
        DETECTOR,
        window=count(by=["actor_username", "app_name"], threshold=5, period="10m"),
        title="{key}: {count} times",
    )
    evidence = {
        "key": {"actor_username": "ann", "app_name": "mail"},
        "threshold": 5,
        "seen": 7,
        "period_seconds": 600,
    }
    alert = alert_of(
        finding(
            detector=windowed,
            count=8,
            evidence=evidence,
            references=["hub/0/1/0"],
            said="7 records in 10 minutes, threshold 5",
        ),
        NOTHING,
        "contoso",
    )
    assert alert.name == "ann, mail: 7 times"  # what its threshold is about
    assert alert.message.endswith("7 records in 10 minutes, threshold 5")
    assert (alert.detection_method, alert.sub_type, alert.count) == ("Behavioral Analytics", "Anomaly", 8)
    assert alert.evidence["records"] == ["hub/0/1/0"]


@pytest.mark.parametrize(("confidence", "sub_type"), [(84, "Suspicious Activity"), (85, "Threat")])
def test_what_is_nearly_certain_is_a_threat(confidence: int, sub_type: str) -> None:
    sure = replace(DETECTOR, confidence=confidence)
    assert alert_of(finding(detector=sure), NOTHING, "contoso").sub_type == sub_type


HOSTILE = [
    "\x00\x1b[31m",
    "\u202egnp.exe",
    "<script>alert(1)</script>",
    "x" * 1_000_000,
    "'; DROP TABLE",
    "\ud800",
    "{key}",
]


@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(text[:9]) for text in HOSTILE])
def test_an_alert_full_of_hostile_values_is_a_valid_row(text: str) -> None:
    fields = dict.fromkeys(
        ("actor_username", "target_name", "src_ip_addr", "operation", "event_result"), text
    )
    evidence = {
        "key": {"actor_username": text},
        "threshold": 1,
        "seen": 1,
        "period_seconds": 60,
        "values": [text] * 20,
    }
    row = valid(
        alert_of(finding(fields=fields, evidence=evidence, source="probe.records"), NOTHING, "contoso")
    )
    assert row.AlertName.isprintable()


def test_a_detector_that_fails_is_told_once_an_hour() -> None:
    hour = int(START.timestamp()) // 3600
    first, again, next_hour = (
        detector_error_alert(DETECTOR, "KeyError: 'x'", number, when, "contoso")
        for number, when in ((1, hour), (99, hour), (1, hour + 1))
    )
    assert first.uid == again.uid != next_hour.uid
    assert first.start == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert valid(first).EventSeverity == "Low"
