"""What the tests of this package share: bodies in, events and problems out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from shared.events.event import Event
from shared.events.message import Origin
from shared.events.reading.body import Problem
from shared.events.reading.decoder import Decoded, Decoder
from shared.events.registry import registry

ENQUEUED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@cache
def decoder() -> Decoder:
    """A decoder of which nothing is asked beyond the heads."""
    return Decoder(registry(), {})


def body_of(*records: Any) -> bytes:
    """The usual envelope."""
    return json.dumps({"records": list(records)}).encode()


def read(body: bytes) -> tuple[list[Event], list[Problem]]:
    """The events of a body, in the order of their places, and its problems."""
    return of_decoded(decoder().decode(body))


def of_decoded(decoded: Decoded, *, with_heads: bool = False) -> tuple[list[Event], list[Problem]]:
    """Events as the detection run makes them."""
    found: list[tuple[int, Event]] = []
    for group in decoded.groups:
        for head, index in zip(group.heads, group.indexes, strict=True):

            def load(place: int = index, group: Any = group) -> Any:
                return group.load(place)

            parts = {"head": head, "head_decoder": group.head_decoder} if with_heads else {}
            event = Event(group.head_decoder.source, load, _origin(index), None, **parts)
            found.append((index, event))
    for slow in decoded.slow:
        record = slow.record
        found.append((slow.index, _event(slow.source, record, slow.index, slow.salvaged)))
    return [event for _, event in sorted(found, key=lambda pair: pair[0])], decoded.problems


def _event(source: Any, record: Any, index: int, salvaged: str | None) -> Event:
    return Event(source, lambda: record, _origin(index), salvaged)


def _origin(index: int) -> Origin:
    return Origin("logs", "0", 7, index, ENQUEUED)


def only(*records: Any) -> Event:
    """The event of one record; there must be no problem."""
    events, problems = read(body_of(*records))
    assert not problems, problems
    (event,) = events
    return event


def reasons(body: bytes) -> list[str]:
    """Why parts of a body could not be read."""
    return [problem.reason for problem in read(body)[1]]


def lower_keys(value: Any) -> Any:
    """As a forwarder writes it that puts all keys into lower case."""
    if isinstance(value, dict):
        return {key.lower(): lower_keys(inner) for key, inner in value.items()}
    return [lower_keys(inner) for inner in value] if isinstance(value, list) else value
