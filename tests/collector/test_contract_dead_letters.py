"""An application event that breaks its contract is a dead letter that names the field, and costs no other anything."""

from __future__ import annotations

import json
from typing import Any

from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.detection import Severity, detector
from shared.events import Event, application
from shared.events.registry import registry
from shared.storage import SqliteStore
from tests.detection.probe import START, batch, message

EVENT: dict[str, Any] = {
    "schema": "telltale.app/1",
    "time": START.isoformat(),
    "app": "shop",
    "event": "authn_login_fail",
    "actor_user_id": "u-1",
}


@detector(
    title="{actor_user_id}",
    severity=Severity.LOW,
    on=application(operation="authn_login_fail"),
    runbook=["Look."],
)
def each_failure(event: Event) -> bool:
    """Every failure."""
    return True


def test_one_wrong_event_is_a_dead_letter_and_the_others_are_detected_on() -> None:
    subject = Collector(
        store=SqliteStore(":memory:"),
        clock=VirtualClock(START),
        detectors=[each_failure],
        registry=registry(),
    )
    wrong = [{**EVENT, "actor_user_id": 5}, {**EVENT, "actor_user_id": 6}, {**EVENT, "time": "noon"}]
    others = [EVENT, {**EVENT, "actor_user_id": "u-2"}]
    report = subject.collect(batch(message(1, *wrong, *others)))
    assert (report.records, report.dead_letters, report.hits) == (2, 3, 2)
    assert subject.dead_letters.by_reason() == {
        "application event: $.actor_user_id must be text, is a number": 2,
        "application event: $.time cannot be read; write it like 2026-03-01T12:00:00.000Z": 1,
    }
    assert [json.loads(letter.content) for letter in subject.dead_letters.read()] == wrong
