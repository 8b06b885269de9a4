"""No table grows without end, and nothing that still matters is removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.alerts.alert import Alert
from shared.base.clock import VirtualClock
from shared.base.severity import Severity
from shared.customer.declarations import Declarations
from shared.delivery.outbox import Outbox
from shared.events.registry import Registry
from shared.heartbeat.entity import Entity
from shared.heartbeat.heartbeat_rows import KEEP_HOURS
from shared.heartbeat.tally import Part, Tally
from shared.storage import SqliteStore
from shared.upkeep.detector_health import DetectorHealth
from shared.upkeep.retention import ALERTS, EVERY, Retention
from shared.upkeep.telemetry import Telemetry

START = datetime(2026, 3, 10, 9, tzinfo=UTC)


def _telemetry(store: SqliteStore) -> Telemetry:
    return Telemetry(store, [], Registry([]), Declarations(), "contoso")


def _alert(uid: str) -> Alert:
    return Alert(uid, "tests.one", "An alert", Severity.LOW, START, START)


def test_delivered_alerts_are_forgotten_when_no_redelivery_can_bring_them_back_and_waiting_ones_never() -> (
    None
):
    store, clock = SqliteStore(":memory:"), VirtualClock(START)
    outbox = Outbox(store, clock)
    outbox.add([_alert("a" * 32), _alert("b" * 32)])
    outbox.delivered([entry for entry in outbox.claim_added(10) if entry.uid.startswith("a")])
    retention = Retention(store, _telemetry(store), DetectorHealth(store))
    retention.tidy(START + ALERTS - timedelta(days=1))
    assert {recent.uid[0] for recent in outbox.recent()} == {"a", "b"}
    retention.tidy(START + ALERTS + timedelta(days=1))
    assert {recent.uid[0] for recent in outbox.recent()} == {"b"}
    assert outbox.pending_count() == 1
    assert Outbox(store, clock).add([_alert("b" * 32)]) == []


def test_hourly_counts_are_kept_as_long_as_history_needs_them() -> None:
    store = SqliteStore(":memory:")
    telemetry = _telemetry(store)
    heartbeats = telemetry.heartbeats
    hour = int(START.timestamp()) // 3600
    seconds = START.timestamp()
    heartbeats.commit(
        "hub|0", Tally({(Entity("a.b", "", ""), hour): [Part(1, 1, seconds, seconds, seconds)]})
    )
    retention = Retention(store, telemetry, DetectorHealth(store))
    retention.tidy(START + timedelta(hours=KEEP_HOURS - 1))
    assert len(list(heartbeats.beats())) == 1
    retention.tidy(START + timedelta(hours=KEEP_HOURS + 1) + EVERY)
    assert not list(heartbeats.beats())
