"""Hostile keys, values and times in windows: counted like any other, and never more than a row can hold."""

from __future__ import annotations

from typing import Any

import pytest

from shared.alerts.alert import Alert
from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.detection import Detector, Severity, count, distinct
from shared.detection import detector as declare
from shared.detection.detector import ENTITIES
from shared.detection.windows.window import Window
from shared.events import Event
from shared.events.registry import Registry
from shared.events.source_definition import Field, Source
from shared.storage import SqliteStore
from tests.detection.probe import START, batch, by, collector, detector_of, message

COUNT = count(by="actor_username", threshold=5, period="10m")
DISTINCT = distinct(of="app_name", by="actor_username", threshold=5, period="10m")


def collected(detector: Detector, *records: dict[str, Any], subject: Collector | None = None) -> list[Alert]:
    subject = subject or collector([detector])
    messages = (message(number, record) for number, record in enumerate(records, 1))
    return list(subject.collect(batch(*messages)).raised)


HOSTILE = {
    "a megabyte": "x" * 1_000_000,
    "a megabyte of two-byte letters": "ä" * 500_000,
    "control characters": "".join(map(chr, range(1, 32))) * 40,
    "what keys may not hold": "a/b\\c#d?e%f|g~h!i",
    "separators": "\x1f|\x1f|",
    "another plane": "\U0001f600" * 300,
    "dots": "..",
    "markup": "<script>{actor_username}</script>",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("window", [COUNT, DISTINCT], ids=["count", "distinct"])
def test_a_hostile_key_is_counted_like_any_other(text: str, window: Window) -> None:
    detector = detector_of("one", window=window)
    subject = collector([detector])
    records = [by(text, n, properties={"app": f"{text}{n}"}) for n in range(5)]
    assert collected(detector, *records[:4], subject=subject) == []
    assert collected(detector, by(text + "2", 4, properties={"app": "x"}), subject=subject) == []
    (alert,) = subject.collect(batch(message(9, records[4]))).raised
    assert alert.evidence["seen"] == 5
    assert subject.watch_windows() == []


wide = Source(
    id="probe.wide",
    title="Records that fill every entity",
    categories=("Wide",),
    fields={name: Field(name) for name in ENTITIES},
)


def test_entities_full_of_control_characters_leave_the_row_within_the_limits_of_the_store() -> None:
    text = "\x01" * 600
    content: list[dict[str, Any]] = [
        {
            **dict.fromkeys(ENTITIES, text),
            "category": "Wide",
            "time": START.isoformat(),
            "app_name": f"{n}{text}",
        }
        for n in range(400)
    ]

    @declare(
        title="{actor_username}",
        severity=Severity.LOW,
        on=wide(),
        window=distinct(of="app_name", by="actor_username", threshold=300, period="10m"),
    )
    def hostile(event: Event) -> bool:
        """It matters."""
        return True

    subject = Collector(
        store=SqliteStore(":memory:"),
        clock=VirtualClock(START),
        detectors=[hostile],
        registry=Registry([wide]),
    )
    report = subject.collect(batch(*(message(n, *content[n * 50 : n * 50 + 50]) for n in range(8))))
    assert [alert.evidence["seen"] for alert in report.raised] == [400]


@pytest.mark.parametrize(
    "time",
    ["0001-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"],
)
def test_a_time_out_of_all_reason_stops_nothing_and_is_counted_once(time: str) -> None:
    store = SqliteStore(":memory:")
    subject = collector([detector_of("one", window=COUNT)], store)
    strange = [{**by("ann"), "time": text} for text in (time, "1650-01-01T00:00:00Z", time)]
    report = subject.collect(batch(message(1, *strange), message(2, *(by("bob", n) for n in range(5)))))
    assert [alert.entities["actor_username"] for alert in report.raised] == ["bob"]
    assert subject.collect(batch(message(1, *strange))).raised == ()
    rows = [row.values for row in store.query("windows") if row.values.get("key") == "ann"]
    assert sum(int(row["amount"]) for row in rows) == len(strange)
    assert subject.watch_windows() == []
