"""Low and high: how many records came lately, against the same hours of other weeks.

For each hour the median and the median deviation of comparable hours give a band, on the scale of ratios. The weekday
and the type of day each have their say, and so have local time and UTC after a change of the clocks; the widest band
holds, so that a weekly job, a bank holiday or a scheduler in UTC do not alert. Hours of which little is expected are
judged together, as many as it takes to expect `_ENOUGH`, and small counts by what chance alone would do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from shared.heartbeat.judgement.calendar import Calendar
from shared.heartbeat.judgement.comparable import comparable
from shared.heartbeat.judgement.history import History
from shared.heartbeat.judgement.observation import HOUR, SLOT, SLOTS, Hour
from shared.heartbeat.judgement.poisson import at_least, at_most
from shared.heartbeat.judgement.policy import Thresholds
from shared.heartbeat.judgement.scale import value_of
from shared.heartbeat.judgement.verdict import Band

_ENOUGH: Final = 30.0
_MOST_HOURS: Final = 24
_CHANCE: Final = 1e-6
_WIDTH: Final = 3.5
"""Deviations (as of a normal distribution) below and above the median that are ordinary."""
_SIGMA: Final = 1.4826
"""A normal distribution's standard deviation, in median deviations."""
_LEAST_SPREAD: Final = 1.0
_FEWEST_WEEKS: Final = 3
_FEWEST_DAYS: Final = 6


class Usual(NamedTuple):
    """What is usual for an hour: records as a rule, and the band of what is ordinary."""

    low: float
    middle: float
    high: float


def usual_in(history: History, calendar: Calendar, hour: int) -> Usual | None:
    """What is usual for an hour; None where too few comparable hours are known."""
    lows: list[float] = []
    middles: list[float] = []
    highs: list[float] = []
    for weekly, daily in comparable(calendar, hour):
        for hours, fewest in ((weekly, _FEWEST_WEEKS), (daily, _FEWEST_DAYS)):
            codes = history.count_codes(hours)
            if len(codes) < fewest:
                continue
            codes.sort()
            middle = codes[len(codes) // 2]
            deviations = sorted([abs(code - middle) for code in codes])
            spread = max(_LEAST_SPREAD, _SIGMA * deviations[len(codes) // 2])
            trimmed = len(codes) // 12
            lows.append(min(middle - _WIDTH * spread, codes[trimmed]))
            middles.append(middle)
            highs.append(max(middle + _WIDTH * spread, codes[-1]))
    if not middles:
        return None
    return Usual(value_of(min(lows)), value_of(middles[0]), value_of(max(highs)))


def band(history: History, hours: Mapping[int, Hour], calendar: Calendar, until: float) -> Band | None:
    """The band of the stretch that ends at `until` (seconds since 1970), and what came in it; None if not known."""
    last, done = int(until) // HOUR, int(until) % HOUR // SLOT
    part = done / SLOTS
    low = middle = high = seen = 0.0
    for back in range(_MOST_HOURS + 1):
        hour = last - back
        usual = usual_in(history, calendar, hour)
        if usual is None:
            return None
        whole = _slots(history, hours, hour)
        if back:  # the rest of this hour ends the stretch, or all of it goes on
            rest = 1 - part
            if middle + rest * usual.middle >= _ENOUGH or back == _MOST_HOURS:
                seen += sum(whole[done:])
                return Band(
                    back,
                    low + rest * usual.low,
                    middle + rest * usual.middle,
                    high + rest * usual.high,
                    round(seen),
                )
        share = 1.0 if back else part
        seen += sum(whole) if back else sum(whole[:done])
        low, middle, high = low + share * usual.low, middle + share * usual.middle, high + share * usual.high
    return None


def _slots(history: History, hours: Mapping[int, Hour], hour: int) -> tuple[float, ...]:
    if hour >= history.folded or hour in hours:
        return hours[hour].slots if hour in hours else (0.0,) * SLOTS
    codes = history.count_codes([hour])
    return ((value_of(codes[0]) / SLOTS if codes else 0.0),) * SLOTS


def is_low(band: Band, thresholds: Thresholds) -> bool | None:
    """Whether too few came; None where it cannot be said: little is usual, or it lies in between."""
    if band.usual < _ENOUGH / 2:
        return None
    if (
        band.seen < min(thresholds.low * band.usual, band.low)
        and at_most(band.seen, 0.8 * band.usual) < _CHANCE
    ):
        return True
    return False if band.seen >= min((1 + thresholds.low) / 2 * band.usual, band.low) else None


def is_high(band: Band, thresholds: Thresholds) -> bool | None:
    """Whether too many came; None where it lies in between."""
    limit = max(thresholds.high * band.usual, 1.5 * band.high)
    if band.seen > limit and at_least(band.seen, band.high + 1) < _CHANCE:
        return True
    return False if band.seen <= max(band.high, (1 + thresholds.high) / 2 * band.usual) else None
