"""What a run came to, as a table for people and one line that says what held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from lab.chaos.outcome import differences, missing
from lab.chaos.run import Result

_Key = TypeVar("_Key", bound=Hashable)
MOST_DUPLICATES: Final = 0.005
"""Rows that may arrive twice, of all alerts: what was accepted and never answered is sent again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a run held. lines: the table; problems: what did not hold."""

    lines: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether everything held."""
        return not self.problems


def verdict_of(title: str, result: Result) -> Verdict:
    """The table of a result, and what did not hold."""
    lost = missing(result.expected.alerts, result.found.alerts).total()
    doubled = missing(result.found.alerts, result.expected.alerts).total()
    undelivered = result.expected.alerts.total() - _arrived(result)
    rows = [
        (
            "records, as often as they were handed over",
            f"{result.expected.records:,}, {result.told.delivered:,}",
        ),
        ("batches, of them refused and tried again", f"{result.told.batches:,}, {result.told.refused:,}"),
        (
            "messages, first taken while kills went on",
            f"{result.messages:,}, {result.told.under_fire:,}",
        ),
        ("kills", _counted(result.kills)),
        ("processes that lived", f"{result.processes:,}"),
        (
            "partitions handed over, zombies left behind",
            f"{result.told.handovers:,}, {result.told.zombies:,}",
        ),
        *((f"faults: {service}", text) for service, text in _faults(result.faults)),
        ("alerts expected, lost, doubled", f"{result.expected.alerts.total():,}, {lost}, {doubled}"),
        ("window counts", _equal(result.expected.windows, result.found.windows)),
        ("heartbeat counts", _equal(result.expected.heartbeats, result.found.heartbeats)),
        ("dead letters", _equal(result.expected.letters, result.found.letters)),
        (
            "rows delivered: different, more than once, pending",
            f"{len(result.ledger):,}, {_duplicates(result):,} ({_share(result):.2%}), {result.pending}",
        ),
        ("seconds", f"{result.seconds:.0f}"),
    ]
    problems = [*differences(result.expected, result.found), *result.told.errors[:5]]
    if result.kills.total() < result.size.kills:
        problems.append(f"only {result.kills.total()} of {result.size.kills} kills were made")
    if result.told.handovers < result.size.handovers:
        problems.append(
            f"only {result.told.handovers} of {result.size.handovers} partitions were handed over"
        )
    if result.pending or undelivered > 0:
        problems.append(f"{result.pending} alerts are still pending, {undelivered} did not arrive")
    if result.size.on_file and _share(result) > MOST_DUPLICATES:
        problems.append(f"{_share(result):.2%} of the rows arrived more than once, {MOST_DUPLICATES:.1%} may")
    width = max(len(name) for name, _ in rows)
    lines = (f"{title}, seed {result.seed}", *(f"  {name:{width}}  {text}" for name, text in rows))
    return Verdict(lines, tuple(problems))


def _arrived(result: Result) -> int:
    """How many of the detectors' alerts are in the ledger."""
    return sum(1 for uid in result.uids if uid in result.ledger)


def _duplicates(result: Result) -> int:
    return result.ledger.total() - len(result.ledger)


def _share(result: Result) -> float:
    return _duplicates(result) / max(1, len(result.ledger))


def _counted(counter: Counter[str]) -> str:
    kinds = ", ".join(f"{name} {number:,}" for name, number in counter.most_common())
    return f"{counter.total():,} ({kinds})" if kinds else "0"


def _faults(faults: Counter[str]) -> Iterator[tuple[str, str]]:
    for service in sorted({name.partition(": ")[0] for name in faults}):
        own = Counter(
            {name.partition(": ")[2]: number for name, number in faults.items() if name.startswith(service)}
        )
        yield service, _counted(own)


def _equal(expected: Counter[_Key], found: Counter[_Key]) -> str:
    if expected == found:
        return f"{expected.total():,}, equal"
    return f"{expected.total():,} expected, {found.total():,} found"
