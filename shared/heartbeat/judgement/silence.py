"""Silent: a pause that is longer than any of the entity's own at such a time.

A pause is measured by how much one would have expected in it: each minute counts by how often something came in the
same hour of other weeks. So a night, a weekend and a holiday hardly count for a source of office hours, and count in
full for one that never sleeps. Of each day the longest such pause is remembered; how they vary tells which pause would
come less than once in five months. A rare source is judged by the same rule, over wider hours.
"""

from __future__ import annotations

from math import log
from typing import Final

from shared.heartbeat.judgement.calendar import Calendar
from shared.heartbeat.judgement.comparable import picks, picks_around
from shared.heartbeat.judgement.history import DAYS, History
from shared.heartbeat.judgement.observation import HOUR
from shared.heartbeat.judgement.scale import UNKNOWN, pause_code, pause_value

SHORTEST: Final = 600.0
"""No pause up to this, in seconds, is a silence: two checks."""
_FULL: Final = 58.0
"""Active minutes of an hour beyond which it counts as always active."""
_RARE: Final = 0.2
"""Active minutes an hour, on average, below which an entity rarely speaks."""
_FEWEST: Final = 3
"""Pauses that must be known before the next is judged by them."""
_CHANCE_A_MONTH: Final = 0.2
_TAIL: Final = 1.75


def speaks_rarely(history: History) -> bool:
    """Whether it is active in so few minutes that single hours say nothing."""
    unknown = history.activity.count(UNKNOWN)
    known = len(history.activity) - unknown
    return sum(history.activity) - UNKNOWN * unknown < _RARE * known or not known


def expected_in(history: History, calendar: Calendar, hour: int, rare: bool) -> float:
    """How many arrivals one would expect in an hour, if those of a minute count as one: 0 to some 200."""
    return -60 * log(1 - min(_FULL, active_minutes(history, calendar, hour, rare)) / 60)


def active_minutes(history: History, calendar: Calendar, hour: int, rare: bool) -> float:
    """In how many of its minutes something comes as a rule; of several readings the least."""
    start, length = history.start, len(history.activity)
    if rare:
        return max(0.0, _mean(picks_around(calendar, hour, start, length)(history.activity)))
    least = 60.0
    for weekly, daily in picks(calendar, hour, start, length):
        for pick in (weekly, daily):
            mean = _mean(pick(history.activity))
            if 0 <= mean < least:
                least = mean
    return least if length else 0.0


def _mean(minutes: tuple[int, ...]) -> float:
    if UNKNOWN in minutes:
        minutes = tuple(code for code in minutes if code != UNKNOWN)
    return sum(minutes) / len(minutes) if minutes else -1.0


def expected_between(history: History, calendar: Calendar, start: float, end: float) -> float:
    """How many arrivals one would expect from `start` to `end`, seconds since 1970."""
    total, rare = 0.0, speaks_rarely(history)
    moment = start
    while moment < end:
        hour = int(moment) // HOUR
        stop = min(end, (hour + 1) * HOUR)
        total += expected_in(history, calendar, hour, rare) * (stop - moment) / HOUR
        moment = stop
    return total


def after_hour(minutes: int, expected: float, pause: float) -> tuple[float, float]:
    """The longest pause that ended in an hour (0: none did) and the one that goes on.

    minutes: bit m is set where something came. expected: arrivals, see `expected_in`. pause: what went before.
    """
    if minutes == 0:
        return 0.0, pause + expected
    each = expected / 60
    first = (minutes & -minutes).bit_length() - 1
    longest = pause + each * first
    widest, rest = 0, ~minutes & ((1 << minutes.bit_length()) - 1) & ~((1 << first) - 1)
    while rest:  # the longest run of quiet minutes between two active ones
        rest &= rest >> 1
        widest += 1
    return max(longest, each * widest), each * (60 - minutes.bit_length())


def remembered(pauses: bytes, longest: float, day: int, last_day: int) -> bytes:
    """The longest pause of each day, the newest last, after one that ended in hour's `day`."""
    if longest <= 0:
        return pauses
    code = pause_code(longest)
    if day == last_day and pauses:
        return pauses[:-1] + bytes([max(pauses[-1], code)])
    return pauses[-DAYS + 1 :] + bytes([code])


def limit(pauses: bytes, days: float, factor: float) -> float | None:
    """The longest pause that is still ordinary, in expected arrivals; None if too few are known.

    pauses: the longest of each day that had one; days: how long it took to see them.
    """
    if len(pauses) < _FEWEST or days < 7:
        return None
    ordered = sorted(pauses)
    second = pause_value(ordered[-2])
    middle = pause_value(ordered[len(ordered) // 2])
    upper = pause_value(ordered[-1 - len(ordered) // 10])
    a_month = 30 * len(pauses) / max(days, 1.0)
    slope = (upper - middle) / _TAIL
    by_tail = middle + slope * log(0.6 * a_month / _CHANCE_A_MONTH)
    return max(by_tail, factor * second)
