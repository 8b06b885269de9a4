"""Windows across hub partitions, processes, crashes and redelivery: every burst raises one alert, counted once."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.detection import count, distinct
from shared.events import Message
from shared.storage import SqliteStore, Store
from tests.chaotic import ChaoticStore, play
from tests.detection.probe import START, batch, by, collector, detector_of, message, probe

THRESHOLD = 6
MANY = detector_of(
    "many",
    probe(operation="Sign in"),
    window=count(by="actor_username", threshold=THRESHOLD, period="10m"),
    title="{actor_username} signed in often",
)
SPREAD = detector_of(
    "spread",
    probe(operation="Sign in"),
    window=distinct(of="app_name", by="src_ip_addr", threshold=4, period="10m"),
    title="{src_ip_addr} went through applications",
)
PARTITIONS = ("0", "1", "2")


Drawn = dict[str, list[tuple[float, dict[str, Any]]]]
"""Per hub partition: records with their seconds after START."""


class Traffic:
    """Bursts of sign-ins over hub partitions, some past a threshold and some one short of it."""

    def __init__(self, random: Random) -> None:
        self.expected: Counter[str] = Counter()
        self.counts: Counter[tuple[str, int]] = Counter()
        drawn: Drawn = {partition: [] for partition in PARTITIONS}
        for user in range(12):
            for begin in (0, 5400)[: random.randint(1, 2)]:  # further apart than an episode reaches
                amount = random.choice((1, THRESHOLD - 1, THRESHOLD, THRESHOLD + 5))
                self.expected[f"user{user}@example.com signed in often"] += amount >= THRESHOLD
                self._burst(drawn, random, begin, amount, user)
        for address in range(6):
            kinds = random.choice((3, 4, 9))
            self.expected[f"192.0.2.{address} went through applications"] += kinds >= 4
            for _ in range(kinds):
                self._application(drawn, random, address, kinds)
        self.expected = +self.expected
        self.logs: dict[str, list[Message]] = {}
        for partition, found in drawn.items():
            found.sort(key=lambda pair: pair[0] + random.uniform(-60, 60))  # a little out of order
            records = [record for _, record in found]
            self.logs[partition] = []
            while records:
                size = random.randint(1, 3)
                self.logs[partition].append(message(len(self.logs[partition]) + 100, *records[:size]))
                del records[:size]

    def _burst(self, drawn: Drawn, random: Random, begin: int, amount: int, user: int) -> None:
        at = begin + random.randint(0, 600)
        for _ in range(amount):
            seconds = at + random.randint(0, 480)
            self.counts[f"user{user}@example.com", (int(START.timestamp()) + seconds) // 60] += 1
            name = random.choice((f"user{user}@example.com", f"USER{user}@example.com"))
            drawn[random.choice(PARTITIONS)].append((seconds, by(name, seconds)))

    def _application(self, drawn: Drawn, random: Random, address: int, kinds: int) -> None:
        for app in range(kinds):
            seconds = random.randint(0, 480)
            record = by(None, seconds, callerIpAddress=f"192.0.2.{address}", properties={"app": f"App {app}"})
            drawn[random.choice(PARTITIONS)].append((seconds, record))


def process(store: Store) -> Collector:
    clock = VirtualClock(START)
    clock.advance(6000)
    return collector([MANY, SPREAD], store, partitions=len(PARTITIONS), clock=clock)


@pytest.mark.parametrize("seed", range(14))
def test_every_burst_raises_one_alert_whatever_fails_and_however_it_is_delivered(seed: int) -> None:
    random = Random(seed)
    traffic = Traffic(random)
    plain = SqliteStore(":memory:")
    store = ChaoticStore(plain, random, rate=0.08)
    play(store, process, traffic.logs, random)
    last = process(store)
    last.watch_windows()
    assert last.watch_windows() == []
    raised = last.outbox.recent(limit=1_000)
    assert len({alert.uid for alert in raised}) == len(raised)
    # Bursts are dated ahead of their arrival, which the heartbeats rightly call a wrong clock.
    found = [alert.name.casefold() for alert in raised if not alert.rule.startswith("telltale.")]
    assert Counter(found) == traffic.expected
    counted: Counter[tuple[str, int]] = Counter()
    for row in plain.query("windows"):
        if row.values.get("detector") == MANY.id:
            counted[str(row.values["key"]), int(row.values["step"])] += int(row.values["amount"])
    assert counted == traffic.counts
    assert store.failures > 10


def test_the_timer_alone_finds_what_no_partition_sees_enough_of() -> None:
    store = SqliteStore(":memory:")
    detector = detector_of("pair", window=count(by="actor_username", threshold=3, period="10m"))
    one = collector([detector], store, partitions=3)
    for partition in PARTITIONS:
        report = one.collect(batch(message(1, by("ann@example.com")), partition=partition))
        assert report.raised == ()
    assert [alert.name for alert in one.watch_windows()] == ["ann@example.com did it"]
    assert one.watch_windows() == []
