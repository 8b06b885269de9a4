"""Which hours of the past are like this one: the same hour of the same weekday, and of the same type of day.

Where the clocks were changed since, a source may follow the local clock or keep to UTC. Both readings are given then.
Which one fits an entity is learnt in the first days after the change, and remembered; until then judgement takes the
milder of the two.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

from shared.heartbeat.judgement._history import DAYS
from shared.heartbeat.judgement.calendar import Calendar


class Comparable(NamedTuple):
    """Hours (since 1970, UTC) like another one, the newest first. weekly: of the same weekday. daily: of any day of its
    type, working or not.
    """

    weekly: tuple[int, ...]
    daily: tuple[int, ...]


@lru_cache(maxsize=4_096)
def comparable(calendar: Calendar, hour: int) -> tuple[Comparable, ...]:
    """The hours like `hour` in the weeks before it, one reading, or two after a change of the clocks."""
    local = _reading(calendar, hour, follows_clock=True)
    if all(
        calendar.local(hour - 24 * day).offset == calendar.local(hour).offset for day in range(1, DAYS + 1)
    ):
        return (local,)
    return (local, _reading(calendar, hour, follows_clock=False))


def _reading(calendar: Calendar, hour: int, *, follows_clock: bool) -> Comparable:
    here = calendar.local(hour)
    weekly: list[int] = []
    daily: list[int] = []
    for day in range(1, DAYS + 1):
        then = hour - 24 * day
        if follows_clock:
            then += (here.offset - calendar.local(then).offset) // 3600
        there = calendar.local(then)
        if there.working != here.working:
            continue
        daily.append(then)
        if there.day.weekday() == here.day.weekday():
            weekly.append(then)
    return Comparable(tuple(weekly), tuple(daily))


@lru_cache(maxsize=4_096)
def around(calendar: Calendar, hour: int) -> tuple[int, ...]:
    """The hours of days of its type that lie within two hours of it: for entities that rarely speak."""
    daily = comparable(calendar, hour)[0].daily
    return tuple(sorted({like + step for like in daily for step in range(-2, 3) if like + step < hour}))


Pick = Callable[[bytes], tuple[int, ...]]
"""Takes what stands at certain hours out of a history's bytes."""


class Picks(NamedTuple):
    """As `Comparable`, for histories that begin and end with the same hours."""

    weekly: Pick
    daily: Pick


_SURE: Final = 15.0
"""Codes (see `_scale.py`) by which one reading must have fitted better than the other to be the only one."""


def fitting(readings: tuple[Picks, ...], utc: float) -> tuple[Picks, ...]:
    """Those of the readings that may hold. utc: by how much the second fitted better so far, see `Memory.utc`."""
    if len(readings) == 1 or abs(utc) < _SURE:
        return readings
    return readings[1:] if utc > 0 else readings[:1]


@lru_cache(maxsize=8_192)
def picks(calendar: Calendar, hour: int, start: int, length: int) -> tuple[Picks, ...]:
    """What picks the comparable hours out of histories of `length` hours from `start` on: most entities share it."""
    return tuple(
        Picks(_pick(weekly, start, length), _pick(daily, start, length))
        for weekly, daily in comparable(calendar, hour)
    )


@lru_cache(maxsize=8_192)
def picks_around(calendar: Calendar, hour: int, start: int, length: int) -> Pick:
    """As `picks`, for the hours of `around`."""
    return _pick(around(calendar, hour), start, length)


def _pick(hours: tuple[int, ...], start: int, length: int) -> Pick:
    places = [hour - start for hour in hours if 0 <= hour - start < length]
    if len(places) > 1:
        return itemgetter(*places)
    return (lambda codes: (codes[places[0]],)) if places else (lambda _: ())
