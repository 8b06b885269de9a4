"""What a decoded body says, in a form that can be compared; called by `judge`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from shared.events.event import Event
from shared.events.lenient_json import loads_lenient
from shared.events.message import Origin
from shared.events.paths import Record, split_path
from shared.events.reading.decoder import Decoded

ENQUEUED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

NUMBER = "fuzzNumber"
"""The key by which a good record is found again."""


class Reading(NamedTuple):
    """What is made of a record: what detectors and heartbeats see of it."""

    source: str
    category: str | None
    time: datetime
    time_from: str
    fields: dict[str, Any]


def events_of(decoded: Decoded) -> list[Event]:
    """The events of a body in order of their places, as the detection run makes them."""
    found = [
        Event(
            group.head_decoder.source,
            partial(group.load, index),
            _origin(index),
            None,
            head,
            group.head_decoder,
        )
        for group in decoded.groups
        for head, index in zip(group.heads, group.indexes, strict=True)
    ]
    found += [
        Event(slow.source, partial(_same, slow.record), _origin(slow.index), slow.salvaged)
        for slow in decoded.slow
    ]
    return sorted(found, key=_place)


def reading_of(event: Event) -> Reading:
    """What is made of one record."""
    return Reading(event.source, event.category, event.time, event.time_from, event.normalised())


def numbered(decoded: Decoded) -> dict[int, Event]:
    """The events that carry a good record's number, by it."""
    found: dict[int, Event] = {}
    for event in events_of(decoded):
        number = event.record.get(NUMBER)
        if isinstance(number, int):
            found[number] = event
    return found


def count_of(decoded: Decoded) -> int:
    """How many records were read."""
    return sum(len(group.heads) for group in decoded.groups) + len(decoded.slow)


def oddly_spelled(record: Any, paths: Iterable[str]) -> bool:
    """Whether a key that is asked for stands in `record` in other letters: only the slow path looks for those."""
    names = {part for path in paths for part in split_path(path)}
    lowered = {name.lower() for name in names}
    waiting = [record]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            value = loads_lenient(value)
        if isinstance(value, dict):
            if any(key.lower() in lowered and key not in names for key in value):
                return True
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return False


def _same(record: Record) -> Record:
    return record


def _origin(index: int) -> Origin:
    return Origin("fuzz", "0", 1, index, ENQUEUED)


def _place(event: Event) -> int:
    return event.origin.place
