"""Low and high: how many records came lately, against the same hours of other weeks.

For each hour the median and the quartiles of comparable hours give a band, on the scale of ratios. The weekday
and the type of day each have their say, and so have local time and UTC after a change of the clocks; the widest band
holds, so that a weekly job, a bank holiday or a scheduler in UTC do not alert. Hours of which little is expected are
judged together, as many as it takes to expect `_ENOUGH`, and small counts by what chance alone would do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from shared.heartbeat.judgement._comparable import fitting, picks, picks_around
from shared.heartbeat.judgement._history import DAYS, History
from shared.heartbeat.judgement._poisson import at_least, at_most
from shared.heartbeat.judgement._scale import MEAN, UNKNOWN, code_of, ratio_of, value_of
from shared.heartbeat.judgement._silence import active_minutes
from shared.heartbeat.judgement.calendar import Calendar
from shared.heartbeat.judgement.memory import EntityMemory
from shared.heartbeat.judgement.observation import HOUR, NO_ARRIVALS, SLOT, SLOTS, Hour
from shared.heartbeat.judgement.policy import Thresholds
from shared.heartbeat.judgement.verdict import Band

_ENOUGH: Final = 30.0
MOST_HOURS: Final = 24
"""The longest stretch that is judged together."""
_CHANCE: Final = 1e-6
_WIDTH: Final = 3.2
"""Deviations (as of a normal distribution) below and above the median that are ordinary."""
_SWINGS: Final = 100
"""Hours that make up what is known of swings, about."""
_LIKE_ABOVE: Final = 0.8
"""What swings up swings down nearly as far."""
_QUARTILES: Final = 1.349
"""A normal distribution's distance between its quartiles, in standard deviations."""
_NEARLY_ALL: Final = 45.0
"""Active minutes of an hour that may be cut."""
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
    low = middle = float(UNKNOWN)
    high = -1.0
    for weekly, daily in fitting(picks(calendar, hour, history.start, len(history.counts)), history.utc):
        for pick, fewest in ((weekly, _FEWEST_WEEKS), (daily, _FEWEST_DAYS)):
            codes = sorted(pick(history.counts))
            while codes and codes[-1] == UNKNOWN:
                codes.pop()
            known = len(codes)
            if known < fewest:
                continue
            half = codes[known // 2]
            spread = (codes[known * 3 // 4] - codes[known // 4]) / _QUARTILES
            above = spread if history.above < 0 else history.above / MEAN
            below = spread if history.below < 0 else max(history.below, _LIKE_ABOVE * history.above) / MEAN
            low = min(low, half - _WIDTH * max(_LEAST_SPREAD, below), codes[known // 6])
            middle = min(middle, half)
            high = max(high, half + _WIDTH * max(_LEAST_SPREAD, above), codes[-1])
    if high < 0:
        return None
    return Usual(value_of(low), value_of(middle), value_of(high))


def band(history: History, hours: Mapping[int, Hour], calendar: Calendar, until: float) -> Band | None:
    """The band of the stretch that ends at `until` (seconds since 1970), and what came in it; None if not known.

    Hours that are active nearly all of the time may be cut, so that the stretch ends now. Others may not: the whole of
    what an hour brings may come at its end. Then the stretch ends with the last whole hour, and is judged in the first
    quarter of the next.
    """
    now, done = int(until) // HOUR, int(until) % HOUR // SLOT
    cut = all(
        (active_minutes(history, calendar, hour, rare=False) or 0.0) >= _NEARLY_ALL for hour in (now, now - 1)
    )
    if not cut and done > 3:
        return None
    shares = {now: done / SLOTS if cut else 0.0}
    low = middle = high = seen = 0.0
    for back in range(MOST_HOURS + 1):
        hour = now - back
        usual = usual_in(history, calendar, hour)
        if usual is None:
            return None
        slots = _slots(history, hours, hour)
        if slots is None:
            return None
        share = shares.get(hour, 1.0)
        if back and cut and (middle + (1 - shares[now]) * usual.middle >= _ENOUGH or back == MOST_HOURS):
            share = 1 - shares[now]
            slots = slots[done:]
        elif not back:
            slots = slots[:done] if cut else ()
        seen += sum(slots)
        low, middle, high = low + share * usual.low, middle + share * usual.middle, high + share * usual.high
        if back and (middle >= _ENOUGH or back == MOST_HOURS):
            return Band(
                back, low, middle, high, round(seen), int(until) - int(until) % HOUR if not cut else until
            )
    return None


def _slots(history: History, hours: Mapping[int, Hour], hour: int) -> tuple[float, ...] | None:
    known = hours.get(hour)
    if known is not None or hour >= history.folded:
        return known.slots if known is not None else NO_ARRIVALS
    seen = history.seen_in(hour)
    return None if seen is None else (seen / SLOTS,) * SLOTS


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


def is_high(band: Band, thresholds: Thresholds, history: History, calendar: Calendar) -> bool | None:
    """Whether too many came; None where it lies in between."""
    if band.seen <= max(band.high, (1 + thresholds.high) / 2 * band.usual):
        return False
    if band.seen <= max(thresholds.high * band.usual, 1.5 * band.high):
        return None
    if at_least(band.seen, band.high + 1) >= _CHANCE:
        return None
    # Who bursts at one hour may burst at the next: no hour near this one ever brought as much.
    peaks = sorted(history.peaks)
    if len(peaks) > 1 and band.seen <= 1.5 * ratio_of(peaks[-2]) * band.usual:
        return None
    pick = picks_around(calendar, int(band.end) // HOUR, history.start, len(history.counts))
    most = max((code for code in pick(history.counts) if code != UNKNOWN), default=0)
    return True if band.seen > 1.5 * band.hours * value_of(most) else None


def learnt_of_volume(
    memory: EntityMemory, calendar: Calendar, hour: int, count: int
) -> Iterator[tuple[str, object]]:
    """What the volume of an ordinary hour adds to what is known of its swings."""
    usual = usual_in(memory.history, calendar, hour)
    if usual is None or usual.middle < _ENOUGH:
        return
    apart = code_of(count) - code_of(usual.middle)
    name, known = ("below", memory.below) if apart < 0 else ("above", memory.above)
    weight = max(1 / _SWINGS, 1 / (1 + 12 * len(memory.peaks)))
    if apart:
        yield (
            name,
            abs(apart) if known < 0 else known + weight * (abs(apart) - known),
        )
    day, peak = hour // 24, max(0, apart)
    if day == memory.peak_day and memory.peaks:
        yield "peaks", memory.peaks[:-1] + bytes([max(memory.peaks[-1], peak)])
    else:
        yield "peaks", memory.peaks[-DAYS + 1 :] + bytes([peak])
        yield "peak_day", day
