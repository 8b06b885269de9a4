"""A collector that is behind does not take its own lag for the silence of its sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.customer.declarations import Declarations
from shared.events.registry import Registry
from shared.heartbeat.entity import Entity
from shared.heartbeat.entity_policies import Policies
from shared.heartbeat.heartbeat_rows import Heartbeats
from shared.heartbeat.source_watch import HEALTHY, SILENT, Watch
from shared.heartbeat.tally import Part, Tally
from shared.storage import SqliteStore
from shared.storage.owners import Owners

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
ENTITY = Entity("entra.signin", "tenant-1", "SignInLogs")


class _Collector:
    def __init__(self) -> None:
        store = SqliteStore(":memory:")
        self.heartbeats = Heartbeats(store, Owners(store))
        declared = Declarations.model_validate(
            {"expected_sources": [{"source": ENTITY.source, "interval": "15m"}]}
        )
        policies = Policies(declared, Registry([]), lambda entity: (0, 0))
        self.watch = Watch(store, self.heartbeats, policies)
        self._number = 0

    def take(self, enqueued: datetime, processed: datetime) -> None:
        self._number += 1
        seconds = enqueued.timestamp()
        part = Part(self._number, 1, seconds, seconds, seconds)
        self.heartbeats.commit("hub|0", Tally({(ENTITY, int(seconds) // 3600): [part]}), processed)

    def state(self, now: datetime) -> str:
        check = self.watch.check(now)
        self.watch.keep(check)
        return check.states[ENTITY].state


def test_a_backlog_that_is_being_worked_off_is_no_silence() -> None:
    collector = _Collector()
    collector.take(START, START)
    back = START + timedelta(hours=2)
    collector.take(START + timedelta(minutes=10), back)  # two hours of outage lie in the hub
    assert collector.state(back + timedelta(minutes=1)) == HEALTHY


def test_silence_is_told_once_the_backlog_is_through() -> None:
    collector = _Collector()
    back = START + timedelta(hours=2)
    collector.take(START + timedelta(minutes=10), back)
    assert collector.state(back + timedelta(minutes=11)) == SILENT


def test_a_hub_that_brings_nothing_at_all_is_silence() -> None:
    collector = _Collector()
    collector.take(START, START)
    assert collector.state(START + timedelta(minutes=16)) == SILENT
