"""Canaries through a real collector: sent by the timer, read like telemetry, and missed when they do not come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from shared.alerts.alert import Alert
from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.events import Batch, Message
from shared.events.registry import registry
from shared.events.times import rfc3339
from shared.storage import Row, SqliteStore
from shared.upkeep.canary.canary_watch import CanaryWatch
from shared.upkeep.canary.hub import HubUnavailable, PartitionEnd

START = datetime(2026, 11, 23, 10, tzinfo=UTC)


class MemoryHub:
    """A hub of two partitions; `stuck` are not handed over to the collector."""

    name = "telemetry"

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.logs: dict[str, list[Message]] = {"0": [], "1": []}
        self.taken = {"0": 0, "1": 0}
        self.stuck: set[str] = set()
        self.down = False

    def ends(self) -> list[PartitionEnd]:
        if self.down:
            raise HubUnavailable("hub telemetry: ConnectError: no such host")
        return [
            PartitionEnd(name, len(log) - 1, log[-1].enqueued_time if log else START)
            for name, log in self.logs.items()
        ]

    def send(self, bodies: Iterable[tuple[str, bytes]]) -> None:
        for partition, body in bodies:
            log = self.logs[partition]
            log.append(Message(body, len(log), self.clock.now()))

    def hand_over(self, collector: Collector) -> None:
        for partition, log in self.logs.items():
            if partition not in self.stuck and self.taken[partition] < len(log):
                collector.collect(Batch(self.name, partition, tuple(log[self.taken[partition] :])))
                self.taken[partition] = len(log)


class Running:
    """A collector, its hub and its clock."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.hub = MemoryHub(self.clock)
        self.store = SqliteStore(":memory:")
        self.collector = self.restarted()

    def restarted(self) -> Collector:
        self.collector = Collector(
            store=self.store,
            clock=self.clock,
            detectors=[],
            registry=registry(),
            hubs=[self.hub],
            partitions=2,
        )
        return self.collector

    def minutes(self, number: int) -> list[str]:
        """The names of the alerts that the timer raises in so many minutes."""
        raised: list[str] = []
        for _ in range(0, number, 5):
            before = {alert.uid for alert in self.collector.outbox.recent(1_000)}
            self.collector.send_canary()
            self.clock.advance(2)
            self.hub.hand_over(self.collector)
            self.clock.advance(298)
            raised += [a.name for a in self.collector.outbox.recent(1_000) if a.uid not in before]
        return raised


def test_canaries_that_come_out_raise_nothing_and_are_measured() -> None:
    running = Running()
    assert running.minutes(60) == []
    report = running.collector.send_canary()
    assert [(health.partition, health.unprocessed) for health in report.partitions] == [("0", 0), ("1", 0)]
    arrival = report.partitions[0].arrival
    assert arrival is not None
    assert arrival.processed - arrival.enqueued == timedelta(seconds=2)


def test_a_partition_that_stops_is_told_once_and_its_return_as_well() -> None:
    running = Running()
    running.minutes(20)
    running.hub.stuck = {"1"}
    assert running.minutes(90) == ["Not processed: partition 1 of hub telemetry"]
    running.hub.stuck = set()
    assert running.minutes(30) == ["Processed again: partition 1 of hub telemetry"]
    assert running.minutes(30) == []


def test_each_partition_is_in_the_report_with_its_lag_until_its_hub_is_gone() -> None:
    running = Running()
    running.minutes(20)
    healthy = running.collector.status()
    assert [(one.partition, one.unprocessed, one.state(healthy.time)) for one in healthy.partitions] == [
        ("0", 0, "processed"),
        ("1", 0, "processed"),
    ]
    assert healthy.partitions[0].took == timedelta(seconds=2)
    running.hub.stuck = {"1"}
    running.minutes(30)
    report = running.collector.status()
    first, second = report.partitions
    assert (first.partition, first.state(report.time)) == ("1", "not processed")
    assert first.unprocessed == 5
    assert timedelta(minutes=20) <= first.behind <= timedelta(minutes=30)
    assert (second.partition, second.behind) == ("0", timedelta())
    running.hub.down = True  # nothing is known any more of the one that was processed
    running.minutes(60)
    later = running.collector.status()
    assert [one.state(later.time) for one in later.partitions] == ["not processed", "no canary"]
    running.clock.advance(2 * 86_400)
    assert running.collector.status().partitions == ()


def test_an_instance_that_dies_before_it_remembers_tells_the_same_alert_again() -> None:
    running = Running()
    running.minutes(20)
    running.hub.stuck = {"1"}
    told: list[Alert] = []
    for _ in range(6):
        report = running.collector.canary.run(running.clock.now())
        told += report.alerts
        if not report.alerts:
            running.collector.canary.keep(report, running.clock.now())
        running.clock.advance(300)
        running.hub.hand_over(running.restarted())
    assert len(told) > 1
    assert len({alert.uid for alert in told}) == 1


def test_a_hub_that_cannot_be_reached_is_told_once_a_day() -> None:
    running = Running()
    running.minutes(10)
    running.hub.down = True
    assert running.minutes(6 * 60) == ["No canary can be sent to hub telemetry"]


def test_without_hubs_nothing_is_sent() -> None:
    subject = Collector(
        store=SqliteStore(":memory:"), clock=VirtualClock(START), detectors=[], registry=registry()
    )
    assert subject.send_canary().partitions == ()


class RowsRead(SqliteStore):
    """A store that counts the rows it gives out."""

    number = 0

    def query(self, *arguments: Any, **named: Any) -> Iterator[Row]:
        for row in super().query(*arguments, **named):
            self.number += 1
            yield row


def test_what_a_canary_reads_does_not_grow_with_the_sources_there_are() -> None:
    read = []
    for applications in (1, 400):
        running = Running()
        store = running.store = RowsRead(":memory:")
        running.restarted()
        running.minutes(10)
        records = [
            {
                "schema": "telltale.app/1",
                "time": rfc3339(START),
                "app": f"app{n}",
                "event": "authn_login_success",
            }
            for n in range(applications)
        ]
        sent = Message(orjson.dumps({"records": records}), 1_000, running.clock.now())
        assert running.collector.collect(Batch("telemetry", "0", (sent,))).records == applications
        store.number = 0
        running.collector.canary.run(running.clock.now())
        read.append(store.number)
    assert read[0] == read[1]


def test_the_heartbeat_of_the_collector_takes_along_the_canary_of_the_slowest_partition() -> None:
    running = Running()
    running.minutes(20)
    running.hub.stuck = {"1"}
    running.minutes(10)
    slowest = running.collector.canary.slowest(running.clock.now())
    assert slowest is not None
    assert (slowest.sent, slowest.processed) == (
        START + timedelta(minutes=15),
        START + timedelta(minutes=15, seconds=2),
    )


def test_without_a_hub_there_is_no_canary_to_take_along() -> None:
    running = Running()
    running.minutes(10)
    alone = CanaryWatch(running.store, [], running.collector.heartbeats, "contoso")
    assert alone.slowest(running.clock.now()) is None
