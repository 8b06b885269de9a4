"""Every record of a body in its order, as an event or as the problem that it is. Called by `decode` and `replay`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from shlex import quote
from typing import Any, Final, NamedTuple

from cli.files import FileBody
from shared.base.errors import TelltaleError
from shared.events.event import Event
from shared.events.message import Origin
from shared.events.reading.body import Problem
from shared.events.reading.decoder import Decoder
from shared.events.times import rfc3339

CONTENT_SHOWN: Final = 200
"""Characters of what could not be read that are shown."""


FAST: Final = "fast"
SLOW: Final = "slow"


class Reading(NamedTuple):
    """An event, and how it was read: `fast`, by the decoder made for its source, or `slow`."""

    event: Event
    way: str


class Unreadable(NamedTuple):
    """The first thing that could not be read, where nothing could."""

    body: FileBody
    reason: str

    def refused(self) -> TelltaleError:
        """What people see of it."""
        file = self.body.file
        return TelltaleError(
            f"{file}:{self.body.line}: {self.reason}; not one record could be read, "
            f"`telltale decode {quote(file)} --explain` shows each"
        )


class Readable:
    """Watches whether any record is readable, and what the first problem was."""

    def __init__(self) -> None:
        self._any = False
        self._first: Unreadable | None = None

    def see(self, body: FileBody, item: Event | Problem) -> None:
        """Takes note of the next record or problem; a harmless one is none."""
        if isinstance(item, Event):
            self._any = True
        elif self._first is None and not item.harmless:
            self._first = Unreadable(body, item.reason)

    @property
    def unreadable(self) -> Unreadable | None:
        """The first problem, where there was one and not one record."""
        return None if self._any else self._first


def items_of(decoder: Decoder, body: FileBody, enqueued_time: datetime) -> Iterator[Event | Problem]:
    """The records and problems of a body, in the order in which they stand there."""
    for item in readings_of(decoder, body, enqueued_time):
        yield item.event if isinstance(item, Reading) else item


def readings_of(decoder: Decoder, body: FileBody, enqueued_time: datetime) -> Iterator[Reading | Problem]:
    """As `items_of`, with how each record was read."""
    if body.problem is not None:
        yield Problem(body.problem, body.body)
        return
    decoded = decoder.decode(body.body)

    def origin(index: int) -> Origin:
        return Origin(body.file, "", body.line, index, enqueued_time)

    events: list[tuple[int, Reading]] = []
    for group in decoded.groups:
        source = group.head_decoder.source
        events += [
            (index, Reading(Event(source, partial(group.load, index), origin(index)), FAST))
            for index in group.indexes
        ]
    for slow in decoded.slow:
        load = partial(_same, slow.record)
        event = Event(slow.source, load, origin(slow.index), slow.salvaged)
        events.append((slow.index, Reading(event, SLOW)))
    events.sort(key=lambda pair: pair[0])
    # A problem has no place of its own, but takes one: it belongs where the records leave a gap.
    problems = iter(decoded.problems)
    expected = 0
    for index, reading in events:
        while expected < index and (problem := next(problems, None)) is not None:
            yield problem
            expected += 1
        yield reading
        expected = index + 1
    yield from problems


def _same(record: dict[str, Any]) -> dict[str, Any]:
    return record


def event_values(event: Event) -> dict[str, Any]:
    """An event by its normalised names, as `telltale decode --json` prints it."""
    values: dict[str, Any] = {"source": event.source, "time": rfc3339(event.time)}
    if event.time_from != "record":
        values["time_from"] = event.time_from
    values.update(event.normalised())
    if event.category is not None:
        values["category"] = event.category
    if event.salvaged is not None:
        values["salvaged"] = event.salvaged
    return values


def problem_values(problem: Problem) -> dict[str, Any]:
    """What could not be read, as `telltale decode --json` prints it."""
    values: dict[str, Any] = {
        "problem": problem.reason,
        "source": None,
        "time": None,
        "content": problem.content.decode("utf-8", errors="replace")[:CONTENT_SHOWN],
    }
    if problem.harmless:
        values["harmless"] = True
    return values
