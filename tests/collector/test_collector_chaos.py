"""Whatever fails and however batches come: what is left is the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple
from datetime import timedelta
from random import Random
from typing import Any

import orjson
import pytest

from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.delivery.outbox_rows import Recent
from shared.events import Message
from shared.storage import SqliteStore, Store
from tests.chaotic import ChaoticStore, play
from tests.detection.probe import START, batch, by, collector
from tests.example_detectors import DETECTORS

OPERATIONS = ("Add credentials", "Read secret", "Nothing")
PARTITIONS = ("0", "1", "2")


def logs_of(random: Random) -> dict[str, list[Message]]:
    """Traffic of three hub partitions: records that hit, that miss, that cannot be read, all mixed."""
    logs: dict[str, list[Message]] = {}
    for partition in PARTITIONS:
        messages = []
        for number in range(25):
            second = number * 10 + int(partition)
            found = [
                by(f"user{random.randrange(6)}", second, operationName=random.choice(OPERATIONS))
                for _ in range(random.randint(0, 3))
            ]
            # A burst lies within one second, so that its episode begins in the same step in every order.
            found += [by(f"burst{random.randrange(4)}", 0) for _ in range(random.randint(0, 2))]
            kind = random.random()
            if kind < 0.1:
                body = b"no JSON at all \xff"
            elif kind < 0.2:
                body = orjson.dumps({"records": [*found, "text", 7, None]})
            elif kind < 0.25:
                body = orjson.dumps({"records": found})[:-9] if found else b'{"records":['
            else:
                body = orjson.dumps({"records": found})
            messages.append(Message(body, 1000 + number, START + timedelta(seconds=second)))
        logs[partition] = messages
    return logs


def process(store: Store) -> Collector:
    clock = VirtualClock(START)
    clock.advance(600)
    return collector(DETECTORS, store, partitions=len(PARTITIONS), clock=clock)


def outcome(store: Store) -> dict[str, Any]:
    """What is left in the store when all is done: alerts by id, dead letters, counts of sources, shadow findings."""
    subject = process(store)
    subject.watch_windows()
    beats: Counter[Any] = Counter()
    for beat in subject.heartbeats.beats():
        beats[beat.entity, beat.hour] += beat.count
    return {
        "alerts": sorted(
            (alert.uid, alert.rule) for alert in _recent(subject) if not _is_about_source(alert)
        ),
        "letters": sorted(map(astuple, subject.dead_letters.read())),
        "beats": beats,
        "shadow": subject.health.shadow_count(),
        "episodes": sorted((row.key, row.values["doc"]) for row in store.query("windows", "episodes")),
    }


def _recent(subject: Collector) -> list[Recent]:
    return subject.outbox.recent(limit=10_000)


def _is_about_source(alert: Recent) -> bool:
    """Whether the watch raised it: what it sees of a batch depends on when it looks, which is chance here."""
    return alert.rule.startswith("telltale.source_")


@pytest.mark.parametrize("seed", range(10))
def test_what_is_left_is_the_same_with_and_without_failures(seed: int) -> None:
    random = Random(seed)
    logs = logs_of(random)
    calm = SqliteStore(":memory:")
    for partition, messages in logs.items():
        process(calm).collect(batch(*messages, partition=partition))
    plain = SqliteStore(":memory:")
    store = ChaoticStore(plain, random, rate=0.1)
    play(store, process, logs, random)
    expected = outcome(calm)
    assert outcome(plain) == expected
    about_sources = [
        alert.name.rpartition(" since ")[0] for alert in _recent(process(plain)) if _is_about_source(alert)
    ]
    assert len(about_sources) == len(set(about_sources)), "each is told once"
    assert store.failures > 10
    assert len(expected["alerts"]) > 20
    assert len(expected["letters"]) > 5
