"""What accounting knows of one entity, as judgement reads it: hours of the hub's clock, and the newest times.

Everything is counted in the hour in which the hub *took* a record, because that is the one clock that no sender can
set. An `Hour` is the sum over hub partitions; `together` adds them up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import starmap
from operator import add
from typing import Final

HOUR: Final = 3600
SLOT: Final = 300
"""Seconds of a slot, the finest counts: an hour has twelve."""
SLOTS: Final = HOUR // SLOT

LAG_BOUNDS: Final = (
    1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 450, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 10_800, 14_400,
    21_600, 43_200, 86_400, 172_800, 604_800,
)  # fmt: skip
"""Upper bounds, in seconds, of the buckets of a lag histogram; a last bucket takes what is above."""
LAG_BUCKETS: Final = len(LAG_BOUNDS) + 1

FUTURE_SECONDS: Final = 300
"""A record that claims to be from so far after its arrival has a wrong clock."""
PAST_SECONDS: Final = 86_400
"""A record that claims to be from so long before its arrival is taken for one with a wrong clock."""

NO_ARRIVALS: Final = (0,) * SLOTS


def lag_bucket(seconds: float) -> int:
    """The bucket that a lag belongs to; what comes from the future belongs to the first."""
    return bisect_left(LAG_BOUNDS, seconds)


@dataclass(frozen=True, slots=True)
class Hour:
    """What arrived of an entity in one hour of the hub's clock.

    slots: records by five minutes. minutes: bit m is set where something arrived in minute m. lags: records by
    bucket of LAG_BOUNDS (arrival minus event time), empty where none was timed. future, past: records whose clock
    is off by more than FUTURE_SECONDS, PAST_SECONDS. undecoded: records that could not be read; they are not among
    the slots. sampled: how many records were looked at closely; filled: of those, how many had each field that
    detectors need; shapes: of those, how many had each schema fingerprint. reporters: how many different senders.
    """

    slots: tuple[int, ...] = NO_ARRIVALS
    minutes: int = 0
    lags: tuple[int, ...] = ()
    future: int = 0
    past: int = 0
    undecoded: int = 0
    sampled: int = 0
    filled: Mapping[str, int] = field(default_factory=dict)
    shapes: Mapping[str, int] = field(default_factory=dict)
    reporters: int = 0

    @property
    def count(self) -> int:
        """All records of the hour; what a damaged row takes away counts as nothing."""
        return sum(slot for slot in self.slots if slot > 0)


def together(hours: Iterable[Hour]) -> Hour:
    """The sum of hours: of the hub partitions of one hour, or of several hours that are looked at as one."""
    known = list(hours)
    if len(known) == 1:
        return known[0]
    lags = [hour.lags for hour in known if hour.lags]
    filled: dict[str, int] = {}
    shapes: dict[str, int] = {}
    minutes = 0
    slots: tuple[int, ...] = NO_ARRIVALS
    for hour in known:
        minutes |= hour.minutes
        slots = tuple(starmap(add, zip(slots, hour.slots, strict=True)))
        for name, number in hour.filled.items():
            filled[name] = filled.get(name, 0) + number
        for name, number in hour.shapes.items():
            shapes[name] = shapes.get(name, 0) + number
    return Hour(
        slots=slots,
        minutes=minutes,
        lags=tuple(map(sum, zip(*lags, strict=True))) if lags else (),
        future=sum(hour.future for hour in known),
        past=sum(hour.past for hour in known),
        undecoded=sum(hour.undecoded for hour in known),
        sampled=sum(hour.sampled for hour in known),
        filled=filled,
        shapes=shapes,
        reporters=max((hour.reporters for hour in known), default=0),
    )


@dataclass(frozen=True, slots=True)
class Observation:
    """One entity at one check.

    now: the time of the check, in seconds since 1970, as all times here. hours: by hours since 1970 (UTC), those that
    had something; complete from `Memory.folded` on (at a first check: as far back as there are rows), and at least
    the hour of `now` and the two before it. first_arrival, last_arrival: when the hub took its first and its newest
    record, None if it never did. last_event: the newest event time. behind: how far the collector is behind the hub;
    nothing is judged that it has not read yet.
    """

    now: float
    hours: Mapping[int, Hour]
    first_arrival: float | None
    last_arrival: float | None
    last_event: float | None = None
    behind: float = 0.0
