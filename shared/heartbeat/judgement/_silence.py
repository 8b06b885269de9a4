"""Silent: a pause that is longer than any of the entity's own at such a time.

A pause is measured by how much one would have expected in it: each minute counts by how often something came in the
same hour of other weeks. So a night, a weekend and a holiday hardly count for a source of office hours, and count in
full for one that never sleeps. Of each day the longest such pause is remembered; how they vary tells which pause would
come less than once in ten months. A rare source is judged by the same rule, over wider hours.
"""

from __future__ import annotations

from math import log, sqrt
from typing import Final

from shared.heartbeat.judgement._comparable import Picks, fitting, picks, picks_around
from shared.heartbeat.judgement._history import DAYS, History
from shared.heartbeat.judgement._scale import MEAN, UNKNOWN, pause_code, pause_value, ratio_of
from shared.heartbeat.judgement.calendar import Calendar
from shared.heartbeat.judgement.observation import HOUR

SHORTEST: Final = 600.0
"""No pause up to this, in seconds, is a silence: two checks."""
_FULL: Final = 58.0
"""Active minutes of an hour beyond which it counts as always active."""
_RARE: Final = 0.2
"""Active minutes an hour, on average, below which an entity rarely speaks."""
_PUNCTUAL: Final = 5.0
"""Active minutes of an active hour, on average, beyond which it does so by the clock: a batch, not chance."""
_FEWEST: Final = 2
"""Pauses that must be known before the next is judged by them."""
_FEW: Final = 7
_UNSURE: Final = 30.0
"""Of fewer pauses than `_FEW` the least limit: one that only what never fails goes beyond."""
ORDINARY: Final = 2.0
"""A silence that ended within so many limits was a pause, and is learnt; what is longer was an outage."""
_ENOUGH_WEEKS: Final = 3
"""Weeks that are enough for the weekday to speak for itself."""
_FEWEST_WEEKS: Final = 2
_FEWEST_DAYS: Final = 3
"""Comparable hours that must be known before they say anything of the next."""
_ALIKE: Final = 2.5
"""Standard errors, as of chance alone, by which a weekday may differ and be as other days."""
_CHANCE: Final = 0.3
_CHANCE_OF_RARE: Final = 0.04
"""How many false alerts a month a source may bring; what speaks rarely is estimated less well, and may wait."""
_TAIL: Final = 1.75
_LEAST_SLOPE: Final = 0.15
"""Of the usual pause: about what chance makes of it."""
_BY_CHANCE: Final = 7.0
_LEAST_SLOPE_OF_PUNCTUAL: Final = 0.3
"""Of a usual pause beyond what chance brings in a day, as before a batch: what is punctual now may be late one day."""
_MOST_WIDENED: Final = 13.0
"""Up to which the limit is widened where volume swings, since fewer are expected in a quiet hour than as a rule."""
_PRIOR: Final = 14
"""Days that what chance alone makes of pauses counts for, beside those that are known."""
_DOUBT: Final = 0.4
_DOUBT_OF_RARE: Final = 2.0
"""By how many parts of the pauses the limit is widened while few are known."""


def speaks_rarely(history: History) -> bool:
    """Whether it is active in so few minutes that single hours say nothing."""
    unknown = history.activity.count(UNKNOWN)
    known = len(history.activity) - unknown
    minutes = sum(history.activity) - UNKNOWN * unknown
    by_chance = minutes < _PUNCTUAL * (known - history.activity.count(0))
    return (minutes < _RARE * known and by_chance) or not known


def expected_in(history: History, calendar: Calendar, hour: int, rare: bool) -> float | None:
    """How many arrivals one would expect in an hour, if those of a minute count as one: 0 to some 200.

    None: too few comparable hours are known.
    """
    minutes = active_minutes(history, calendar, hour, rare)
    return None if minutes is None else -60 * log(1 - min(_FULL, minutes) / 60)


def active_minutes(history: History, calendar: Calendar, hour: int, rare: bool) -> float | None:
    """In how many of its minutes something comes as a rule; of several readings the least. None: not known."""
    start, length = history.start, len(history.activity)
    if rare:
        mean, hours = _mean(picks_around(calendar, hour, start, length)(history.activity))
        return mean if hours >= 5 * _FEWEST_DAYS else None
    least: float | None = None
    for reading in fitting(picks(calendar, hour, start, length), history.utc):
        minutes = active_minutes_by(reading, history)
        if minutes is not None and (least is None or minutes < least):
            least = minutes
    return least


def active_minutes_by(reading: Picks, history: History) -> float | None:
    """As `active_minutes`, of one reading: as on all days of its type, unless its weekday is a day of its own."""
    by_day, days = _mean(reading.daily(history.activity))
    by_week, weeks = _mean(reading.weekly(history.activity))
    if days < _FEWEST_DAYS:
        return by_week if weeks >= _FEWEST_WEEKS else None
    if weeks < _FEWEST_WEEKS or abs(by_week - by_day) <= _ALIKE * sqrt(max(1.0, by_day) / weeks):
        return by_day
    return by_week if weeks >= _ENOUGH_WEEKS else min(by_week, by_day)


def _mean(minutes: tuple[int, ...]) -> tuple[float, int]:
    if UNKNOWN in minutes:
        minutes = tuple(code for code in minutes if code != UNKNOWN)
    return (sum(minutes) / len(minutes), len(minutes)) if minutes else (0.0, 0)


def expected_between(history: History, calendar: Calendar, start: float, end: float) -> float:
    """How many arrivals one would expect from `start` to `end`, seconds since 1970; none in hours that nobody knows."""
    total, rare = 0.0, speaks_rarely(history)
    moment = start
    while moment < end:
        hour = int(moment) // HOUR
        stop = min(end, (hour + 1) * HOUR)
        total += (expected_in(history, calendar, hour, rare) or 0.0) * (stop - moment) / HOUR
        moment = stop
    return total


def after_hour(minutes: int, expected: float, pause: float) -> tuple[float | None, float]:
    """The longest pause that ended in an hour (None: none did, nothing came) and the one that goes on.

    minutes: bit m is set where something came. expected: arrivals, see `expected_in`. pause: what went before.
    """
    if minutes == 0:
        return None, pause + expected
    each = expected / 60
    first = (minutes & -minutes).bit_length() - 1
    longest = pause + each * first
    widest, rest = 0, ~minutes & ((1 << minutes.bit_length()) - 1) & ~((1 << first) - 1)
    while rest:  # the longest run of quiet minutes between two active ones
        rest &= rest >> 1
        widest += 1
    return max(longest, each * widest), each * (60 - minutes.bit_length())


def remembered(pauses: bytes, longest: float, day: int, last_day: int) -> bytes:
    """The longest pause of each day that had one, however short, the newest last; after one that ended on `day`."""
    code = pause_code(longest)
    if day == last_day and pauses:
        return pauses[:-1] + bytes([max(pauses[-1], code)])
    return pauses[-DAYS + 1 :] + bytes([code])


def limit(pauses: bytes, history: History, factor: float) -> float | None:
    """The longest pause that is still ordinary, in expected arrivals; None if too few are known.

    pauses: the longest of each day that had one; history: what was seen meanwhile.
    """
    known, days = len(pauses), history.days
    if known < _FEWEST or days < 7:
        return None
    ordered = sorted(pauses)
    long = pause_value(ordered[-1 - max(1, known // 12)])  # the longest may have been an outage
    middle = pause_value(ordered[known // 2])
    upper = pause_value(ordered[-1 - known // 10])
    chance, doubt = (_CHANCE_OF_RARE, _DOUBT_OF_RARE) if speaks_rarely(history) else (_CHANCE, _DOUBT)
    times = max(1.0, 0.6 * 30 * known / days / chance)
    least = max(_LEAST_SLOPE * middle, _LEAST_SLOPE_OF_PUNCTUAL * (middle - _BY_CHANCE))
    slope = (known * (upper - middle) / _TAIL + _PRIOR * least) / (known + _PRIOR)
    most = max(middle + max(slope, least) * log(times), factor * long) * (1 + doubt / known)
    if known < _FEW:
        return max(most, _UNSURE)
    return max(most, min(_MOST_WIDENED, most * ratio_of(max(0.0, history.below) / MEAN)))
