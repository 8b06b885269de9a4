"""Reads what a run has left in the store, in the terms of the oracle, and says where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import TypeVar

from lab.chaos.kinds import ALL
from lab.chaos.oracle import Outcome
from shared.collector.collector import Collector
from shared.storage import Store

_Key = TypeVar("_Key", bound=Hashable)


def outcome_of(collector: Collector, store: Store) -> Outcome:
    """What the store holds; alerts of detectors only, not those about sources."""
    outcome = Outcome()
    detectors = {kind.detector for kind in ALL}
    for alert in collector.outbox.recent(limit=1_000_000):
        if alert.rule in detectors:
            outcome.alerts[alert.rule, alert.name.casefold()] += 1
    counted = {kind.detector for kind in ALL if kind.counted is not None}
    for row in store.query("windows"):
        name = str(row.values.get("detector"))
        if name in counted:
            place = (name, str(row.values["key"]), int(row.values["step"]))
            outcome.windows[place] += int(row.values["amount"])
    for beat in collector.heartbeats.beats():
        if beat.count:  # a row may also be about what could not be read
            outcome.heartbeats[beat.entity.source, beat.hour] += beat.count
    outcome.records = outcome.heartbeats.total()
    for letter in collector.dead_letters.read():
        outcome.letters[letter.partition, letter.sequence_number] += 1
    return outcome


def uids_of(collector: Collector) -> frozenset[str]:
    """The ids of the alerts that detectors raised."""
    detectors = {kind.detector for kind in ALL}
    return frozenset(one.uid for one in collector.outbox.recent(limit=1_000_000) if one.rule in detectors)


def missing(expected: Counter[_Key], found: Counter[_Key]) -> Counter[_Key]:
    """What is expected more often than it was found."""
    return expected - found


def differences(expected: Outcome, found: Outcome) -> list[str]:
    """A line for each thing that is not as often there as it must be; at most a few of each sort."""
    lines: list[str] = []
    for what in ("alerts", "windows", "heartbeats", "letters"):
        must, did = getattr(expected, what), getattr(found, what)
        wrong = sorted(missing(must, did).keys() | missing(did, must).keys(), key=str)
        lines += [f"{what}: {key}: expected {must[key]}, found {did[key]}" for key in wrong[:8]]
        if len(wrong) > 8:
            lines.append(f"{what}: and {len(wrong) - 8} more")
    return lines
