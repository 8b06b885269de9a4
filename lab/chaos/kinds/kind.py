"""The form of a kind, the records of which it is made, and the oracle's windows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

Record = dict[str, Any]
Records = Sequence[Record]

BEGIN: Final = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""When the first record of every run may have happened."""

SPAN_MINUTES: Final = 100
SECOND_BURST_MINUTES: Final = 80
"""How long after a burst the same key may have another: further than an episode of an hour reaches."""

COVER_SECONDS: Final = 3600
"""The time around its beginning that an episode takes in: the default `dedup_period` of a detector."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A detector, the records that are planted for it, and what the oracle makes of records.

    plant: about so many records. expected: the names of the alerts (casefolded), and how many of each. counted: what
    the rows of its window hold in all, by key and step; None where it has none.
    """

    detector: str
    operation: str
    plant: Callable[[Random, int], Iterable[Record]]
    expected: Callable[[Records], Counter[str]]
    counted: Callable[[Records], Counter[tuple[str, int]]] | None = None


def event(seconds: float, operation: str, **fields: Any) -> Record:
    """An application event, `seconds` after BEGIN."""
    time = (BEGIN + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "schema": "telltale.app/1",
        "time": time,
        "app": "harbour",
        "event": operation,
        "result": "Success",
        **fields,
    }


def burst_starts(random: Random) -> list[float]:
    """When the bursts of one key begin, in seconds: one, or two far apart."""
    first = random.uniform(0, 600)
    return [first, first + SECOND_BURST_MINUTES * 60] if random.random() < 0.3 else [first]


def second_of(record: Mapping[str, Any]) -> int:
    """When a record happened, in whole seconds since 1970."""
    return int(datetime.fromisoformat(str(record["time"])).timestamp())


def episodes(steps: Mapping[int, set[Any]], threshold: int, step_seconds: int) -> int:
    """How often a key crosses: by what each step holds; windows are ten steps, an episode covers an hour."""
    begun: list[int] = []
    for step in sorted(steps):
        inside = set().union(*(steps.get(earlier, ()) for earlier in range(step - 9, step + 1)))
        if len(inside) >= threshold and all(
            abs(step - other) * step_seconds >= COVER_SECONDS for other in begun
        ):
            begun.append(step)
    return len(begun)
