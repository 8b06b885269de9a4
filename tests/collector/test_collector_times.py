"""Records from the ends of time go all the way: a wrong clock costs neither the record nor its neighbours."""

from __future__ import annotations

import pytest

from shared.alerts.alert_row import to_row
from shared.base.clock import VirtualClock
from shared.detection import count, distinct, first_seen, rate, sequence, share, travel
from shared.detection.windows.window import Window
from shared.storage import SqliteStore
from tests.detection.probe import START, batch, by, collector, detector_of, message, probe

ENDS = ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"]
WINDOWS = [
    count(by="actor_username", threshold=2, period="10m"),
    distinct(of="app_name", by="actor_username", threshold=2, period="1h"),
    rate(by="actor_username", threshold=2),
    first_seen(of="app_name", by="actor_username", learn="7d"),
    sequence([probe(operation="A"), probe(operation="B")], by="actor_username", within="1h"),
    sequence([probe(operation="A")], without=probe(operation="C"), by="actor_username", within="1h"),
    travel(by="actor_username"),
    share(part={"event_result": "Failure"}, by="actor_username", threshold=50, attempts=2, period="10m"),
]
PLACES = [{"latitude": 52.5, "longitude": 13.4}, {"latitude": 35.7, "longitude": 139.7}]


@pytest.mark.parametrize("time", ENDS)
@pytest.mark.parametrize(
    "window", [None, *WINDOWS], ids=lambda window: window.text if window else "each record"
)
def test_a_record_from_the_end_of_time_is_found_told_and_judged(window: Window | None, time: str) -> None:
    clock = VirtualClock(START)
    selections = () if window is not None and window.on else (probe(),)
    subject = collector(
        [detector_of("one", *selections, window=window)], SqliteStore(":memory:"), clock=clock
    )
    odd = [
        by("ann", 0, time=time, operationName=name, resultType="1", properties={"app": name, "at": place})
        for name, place in zip("AB", PLACES, strict=True)
    ]
    odd[1]["time"] = time.replace("00:00:00Z", "00:00:01Z")
    report = subject.collect(batch(message(1, *odd, by("bob", 0))))
    assert (report.records, report.dead_letters) == (3, 0)
    subject.watch_windows()
    subject.watch_heartbeats()
    clock.advance(7200)
    subject.watch_windows()
    subject.watch_heartbeats()
    assert subject.status().sources
    for alert in report.raised:
        to_row(alert)
    if window is None:
        assert len(report.raised) == 3
