"""Judges recorded history anew, under other settings: which verdicts there would have been, and when. Pure.

What is recorded are hours, with the minutes in which something came and counts by five minutes; so a check sees of the
hour that goes on what had come until then, and what samples showed when the hour is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.heartbeat.judgement.entity_check import judge
from shared.heartbeat.judgement.memory import EntityMemory
from shared.heartbeat.judgement.observation import HOUR, SLOT, SLOTS, Hour, Observation
from shared.heartbeat.judgement.policy import Policy
from shared.heartbeat.judgement.verdict import Verdict

_SEEN_HOURS = 4


@dataclass(frozen=True, slots=True)
class Simulated:
    """A verdict, and when it would have been reached (seconds since 1970)."""

    at: float
    verdict: Verdict


def simulate(
    hours: Mapping[int, Hour], policy: Policy, begin: int, end: float, step: int = SLOT
) -> Iterator[Simulated]:
    """The verdicts of checks every `step` seconds, from hour `begin` (since 1970) to `end`; nothing is known before."""
    memory = EntityMemory()
    first = first_arrival(hours)
    last: float | None = None
    now = float(begin * HOUR)
    while now <= end:
        hour = int(now) // HOUR
        seen = {known: hours[known] for known in range(hour - _SEEN_HOURS, hour) if known in hours}
        if hour in hours:
            seen[hour] = until(hours[hour], now - hour * HOUR)
        last = _last_arrival(seen, hour) or last
        known_first = first if first is not None and first <= now else None
        judgement = judge(Observation(now, seen, known_first, last, last), policy, memory)
        memory = judgement.memory
        for verdict in judgement.verdicts:
            yield Simulated(now, verdict)
        now += step


def until(hour: Hour, seconds: float) -> Hour:
    """What had come of an hour in its first `seconds`; nothing of its samples, which carry no time."""
    slots = int(seconds) // SLOT
    minutes = int(seconds) // 60
    return Hour(
        slots=(*hour.slots[:slots], *(0,) * (SLOTS - slots)),
        minutes=hour.minutes & (1 << minutes) - 1,
    )


def first_arrival(hours: Mapping[int, Hour]) -> float | None:
    """When the first record came, to the minute; None where nothing came."""
    spoke = [hour for hour, seen in hours.items() if seen.minutes]
    if not spoke:
        return None
    minutes = hours[min(spoke)].minutes
    return float(min(spoke) * HOUR + ((minutes & -minutes).bit_length() - 1) * 60)


def _last_arrival(seen: Mapping[int, Hour], hour: int) -> float | None:
    for known in range(hour, hour - _SEEN_HOURS - 1, -1):
        minutes = seen[known].minutes if known in seen else 0
        if minutes:
            return float(known * HOUR + minutes.bit_length() * 60 - 1)
    return None
