"""Late, skewed, malformed, thin and changed: what records are like, against what they used to be like.

Each judge takes the newest hours that hold enough records, and gives a `Measurement`, or None where there are too few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from shared.heartbeat.judgement._poisson import at_least, at_most
from shared.heartbeat.judgement.memory import EntityMemory
from shared.heartbeat.judgement.observation import LAG_BOUNDS, Hour, together
from shared.heartbeat.judgement.policy import Policy, Thresholds

ENOUGH: Final = 30
"""Records that say something about all of them."""
FEWEST: Final = 8
_CHANCE: Final = 1e-5
_USUALLY_FILLED: Final = 0.2
"""A field that is filled more rarely says nothing when it is missing."""
LEARNT: Final = 24
"""Hours with records that must be known before a change is one."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one judge measured: whether it is beyond the limit, and the figures. detail: which field or shape."""

    wrong: bool
    seen: float
    usual: float
    limit: float
    detail: str = ""


def newest(hours: Mapping[int, Hour], now_hour: int) -> Hour:
    """The newest hours that hold `ENOUGH` records together, and as many that were looked at closely, as one."""
    taken: list[Hour] = []
    records = sampled = 0
    for hour in sorted((hour for hour in hours if hour <= now_hour), reverse=True):
        taken.append(hours[hour])
        records += hours[hour].count + hours[hour].undecoded
        sampled += hours[hour].sampled
        if records >= ENOUGH and sampled >= min(ENOUGH, records):
            break
    return together(taken)


def lag_quantile(lags: tuple[int, ...], share: float) -> float | None:
    """The lag, in seconds, that this share of the records does not exceed (the bound of its bucket); None without."""
    wanted = share * sum(lags)
    if wanted <= 0:
        return None
    total = 0
    for bound, count in zip((*LAG_BOUNDS, 2 * LAG_BOUNDS[-1]), lags, strict=True):
        total += count
        if total >= wanted:
            return float(bound)
    return None


def late(hour: Hour, memory: EntityMemory, thresholds: Thresholds) -> Measurement | None:
    """Whether one record in five is far later than its usual lag, or one in twenty later than a limit that was set."""
    if sum(hour.lags) < FEWEST:
        return None
    if thresholds.late_limit is not None:
        seen = lag_quantile(hour.lags, 0.95) or 0.0
        return Measurement(seen > thresholds.late_limit, seen, max(memory.lag, 0.0), thresholds.late_limit)
    if memory.learnt < LEARNT or memory.lag < 0:
        return None
    seen = lag_quantile(hour.lags, 0.8) or 0.0
    limit = max(thresholds.late * memory.lag, memory.lag + thresholds.late_least)
    return Measurement(seen > limit, seen, memory.lag, limit)


def skewed(hour: Hour, thresholds: Thresholds) -> Measurement | None:
    """Whether too many records claim to be from the future, or from days ago."""
    if hour.count < FEWEST:
        return None
    worst = max(hour.future, hour.past)
    share = worst / hour.count
    detail = "ahead of" if hour.future >= hour.past else "behind"
    return Measurement(share > thresholds.skewed and worst >= 3, share, 0.0, thresholds.skewed, detail)


def malformed(hour: Hour, memory: EntityMemory, thresholds: Thresholds) -> Measurement | None:
    """Whether too many records cannot be decoded."""
    records = hour.count + hour.undecoded
    if records < FEWEST:
        return None
    share = hour.undecoded / records
    limit = max(thresholds.malformed, 3 * memory.undecoded)
    by_chance = at_least(hour.undecoded, (memory.undecoded + 0.005) * records)
    return Measurement(share > limit and by_chance < _CHANCE, share, memory.undecoded, limit)


def thin(hour: Hour, memory: EntityMemory, policy: Policy) -> Measurement | None:
    """Whether a field is filled far less often than usual; the worst such field, with the names of all."""
    if hour.sampled < FEWEST or memory.learnt < LEARNT:
        return None
    worst: Measurement | None = None
    names: list[str] = []
    for name, usual in memory.fields.items():
        if usual < _USUALLY_FILLED or (policy.fields is not None and name not in policy.fields):
            continue
        filled = hour.filled.get(name, 0)
        share, limit = filled / hour.sampled, policy.thresholds.thin * usual
        wrong = share < limit and at_most(filled, 0.8 * usual * hour.sampled) < _CHANCE
        if wrong:
            names.append(name)
        reading = Measurement(wrong, share, usual, limit, name)
        if worst is None or (wrong, usual - share) > (worst.wrong, worst.usual - worst.seen):
            worst = reading
    if worst is None or not names:
        return worst
    return Measurement(True, worst.seen, worst.usual, worst.limit, ", ".join(sorted(names)))


def changed(hour: Hour, memory: EntityMemory, thresholds: Thresholds) -> Measurement | None:
    """Whether most records have a shape that was never seen before."""
    total = sum(hour.shapes.values())
    if total < FEWEST or memory.learnt < LEARNT or not memory.shapes:
        return None
    new = {shape: count for shape, count in hour.shapes.items() if shape not in memory.shapes}
    share = sum(new.values()) / total
    detail = max(new, key=lambda shape: (new[shape], shape), default="")
    return Measurement(share > thresholds.changed, share, 0.0, thresholds.changed, detail)


MOST_FIELDS: Final = 40
MOST_SHAPES: Final = 24


def learnt(memory: EntityMemory, hour: Hour, at: int, wrong: frozenset[str]) -> Iterator[tuple[str, object]]:
    """What an hour (`at`, since 1970) adds to the usual values; nothing of what is `wrong` at the moment.

    Usual values follow slowly: a week of hours counts for about half of them.
    """
    if hour.count == 0:
        return
    weight = max(1 / 240, 1 / (memory.learnt + 1))
    yield "learnt", memory.learnt + 1
    lag = lag_quantile(hour.lags, 0.95)
    if lag is not None and "late" not in wrong and "skewed" not in wrong:
        yield "lag", lag if memory.lag < 0 else memory.lag + weight * (lag - memory.lag)
    if "malformed" not in wrong:
        share = hour.undecoded / (hour.count + max(0, hour.undecoded))
        yield "undecoded", memory.undecoded + weight * (share - memory.undecoded)
    if hour.sampled >= FEWEST // 2 and "thin" not in wrong:
        yield "fields", _fields(memory, hour, weight)
    if hour.shapes and "changed" not in wrong:
        shapes = memory.shapes | dict.fromkeys(hour.shapes, at)
        yield "shapes", dict(sorted(shapes.items(), key=lambda item: -item[1])[:MOST_SHAPES])


def _fields(memory: EntityMemory, hour: Hour, weight: float) -> dict[str, float]:
    shares = {name: filled / hour.sampled for name, filled in hour.filled.items()}
    known = {
        name: round(usual + weight * (shares.get(name, 0.0) - usual), 4)
        for name, usual in memory.fields.items()
    }
    room = MOST_FIELDS - len(known)
    new = sorted((name for name in shares if name not in known), key=lambda name: -shares[name])[:room]
    return known | {name: round(shares[name], 4) for name in new}
