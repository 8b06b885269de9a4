"""What a hub message holds once it is read: groups of heads, records read on the slow path, and problems.

Filled by `decoder.py`; read by the detection run and the tally.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

import msgspec

from shared.events.head import Head, HeadDecoder
from shared.events.lenient_json import dump
from shared.events.paths import Record
from shared.events.reading.body import MOST_PARTS, MOST_PROBLEMS, Found, Problem
from shared.events.registry import reason_unclaimed
from shared.events.source_definition import Load, Source

MOST_EXPANDED = 20_000
"""Events that records of one body may hold: a flow takes 50 bytes, and a hub message is at most 1 MiB."""


@dataclass(slots=True)
class Group:
    """Heads of records of one source from one body. `indexes` are their places; `load(i)` gives a whole record."""

    head_decoder: HeadDecoder
    heads: list[Head]
    indexes: Sequence[int]
    load: Callable[[int], Record]


class SlowRecord(msgspec.Struct, gc=False):
    """A record that was read on the slow path, with its source. `load` gives it, made anew where it was packed."""

    source: Source
    load: Load
    index: int
    salvaged: str | None

    @property
    def record(self) -> Record:
        """The whole record."""
        return self.load()


@dataclass(slots=True)
class Decoded:
    """What a message holds: groups of heads, records read on the slow path, and what could not be read."""

    groups: list[Group] = field(default_factory=list)
    slow: list[SlowRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unclaimed: list[Record] = field(default_factory=list)
    broken: list[Record] = field(default_factory=list)
    unread: list[bytes] = field(default_factory=list)
    depth: int = 0  # how many lists and envelopes the records of this body stand in
    effort: int = 0  # records read on the slow path; those that nobody wants count twice

    def take(self, found: Found, index: int, source: Source | None) -> bool:
        """Adds a record that was read at place `index` and is `source`'s (None: nobody's). False: it was refused."""
        self.effort += 1
        if source is None:
            return self._refuse(found.record, None, self.unclaimed)
        if source.contract is not None and (reason := source.contract.violation(found.record)):
            return self._refuse(found.record, reason, self.broken)
        if source.expand is None:
            self.slow.append(SlowRecord(source, partial(_whole, found.record), index, found.salvaged))
            return True
        events = source.expand(found.record)
        for load in islice(events, max(0, MOST_EXPANDED - len(self.slow))):
            self.slow.append(SlowRecord(source, load, index, found.salvaged))
        if next(events, None) is not None:
            reason = f"records of this body hold more than {MOST_EXPANDED} events; the rest was not read"
            self.problems.append(Problem(reason, dump(found.record)))
        return True

    def _refuse(self, record: Record, reason: str | None, others: list[Record]) -> bool:
        self.effort += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(reason or reason_unclaimed(record), dump(record)))
        else:
            others.append(record)
        return False

    def full(self) -> bool:
        """Whether so much was read on the slow path that the rest of the body is left unread."""
        return self.effort >= MOST_PARTS

    def close(self) -> Decoded:
        """Reports what was not reported one by one as last problems, in a form that can be sent through again."""
        if self.unclaimed:
            reason = f"{len(self.unclaimed)} more records of this body that no source recognises"
            self.problems.append(Problem(reason, dump({"records": self.unclaimed})))
            self.unclaimed = []
        if self.broken:
            reason = f"{len(self.broken)} more records of this body that break the contract of their source"
            self.problems.append(Problem(reason, dump({"records": self.broken})))
            self.broken = []
        if self.unread:
            reason = f"more than {MOST_PARTS} records of this body need the slow path; the rest was not read"
            self.problems.append(Problem(reason, b"\n".join(self.unread)))
            self.unread = []
        return self


def _whole(record: Record) -> Record:
    return record
