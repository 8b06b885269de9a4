"""One simulated source: its records, five minutes at a time, with and without its faults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt
from random import Random
from typing import Final

from lab.drift.faults import Fault, planned
from lab.drift.profiles import Profile
from lab.drift.worlds import World
from shared.heartbeat.judgement.observation import FUTURE_SECONDS, LAG_BUCKETS, SLOT, SLOTS, Hour, lag_bucket

_FIELDS: Final = {"actor_user_id": 0.97, "src_ip_addr": 0.8, "app_id": 0.4}
_SHAPES: Final = ("5d41402a", "7d793037", "9a1158154"[:8])
_SHARE_UNREADABLE: Final = 0.001
_CLOSELY: Final = 6
_TIMED: Final = 25
"""Records of five minutes that are looked at closely; the others are like them."""


@dataclass(frozen=True, slots=True)
class FiveMinutes:
    """What the hub took in five minutes. minutes: bit m is set where something came in minute m of the five."""

    count: int
    minutes: int
    lags: tuple[int, ...]
    future: int
    past: int
    undecoded: int
    sampled: int
    filled: dict[str, int]
    shapes: dict[str, int]


_NOTHING: Final = FiveMinutes(0, 0, (0,) * LAG_BUCKETS, 0, 0, 0, 0, {}, {})


@dataclass(frozen=True)
class Source:
    """A source of a profile in a world, with the faults that befall it."""

    name: str
    profile: Profile
    world: World
    seed: str
    faults: Sequence[Fault]

    def slots(self, *, faulty: bool = True) -> Iterator[FiveMinutes]:
        """All its five minutes; without faults: what would have come then, and when, but not what it is like."""
        draw, other = Random(self.seed), Random(self.seed + " quality")
        volume = 0.0
        for hour in range(self.world.first_hour, self.world.last_hour):
            local = self.world.calendar.local(hour)
            noise = self.profile.noise
            volume = 0.7 * volume + sqrt(1 - 0.49) * noise * draw.gauss(0, 1)
            for slot in range(SLOTS):
                mean = self.profile.rate(local, hour, slot) * exp(volume - noise * noise / 2)
                clumps = poisson(draw, mean / self.profile.clump)
                keep, count = draw.random(), clumps * self.profile.clump
                minutes = self._minutes(draw, clumps)
                now = hour * 3600.0 + slot * SLOT
                broken = {fault.name: fault for fault in self.faults if fault.start <= now < fault.end}
                if faulty and broken:
                    count, minutes = _with_volume(broken, now, count, minutes, keep)
                if not count:
                    yield _NOTHING
                elif faulty:
                    yield self._closely(other, count, minutes, set(broken))
                else:
                    yield replace(_NOTHING, count=count, minutes=minutes)

    def _minutes(self, draw: Random, clumps: int) -> int:
        if not clumps:
            return 0
        if self.profile.first_minute_only:
            return 1
        if clumps > 40:
            return 0b11111
        minutes = 0
        for _ in range(clumps):
            minutes |= 1 << draw.randrange(5)
        return minutes

    def _closely(self, draw: Random, count: int, minutes: int, broken: set[str]) -> FiveMinutes:
        looked = min(count, _CLOSELY)
        lags = [0] * LAG_BUCKETS
        future = 0
        timed = min(count, _TIMED if self.profile.first_minute_only else _CLOSELY)
        for place in range(timed):
            weight = count // timed + (place < count % timed)
            lag = self.profile.lag * exp(0.8 * draw.gauss(0, 1))
            if "late" in broken:
                lag += 7_200
            if "skewed" in broken:
                lag -= 3_600
            future += weight if -lag > FUTURE_SECONDS else 0
            lags[lag_bucket(lag)] += weight
        filled = {
            name: sum(
                draw.random() < (0.1 if "thin" in broken and name == "src_ip_addr" else share)
                for _ in range(looked)
            )
            for name, share in _FIELDS.items()
        }
        shape = "e4da3b7f" if "changed" in broken else draw.choice(_SHAPES)
        unreadable = poisson(draw, count * (0.4 if "malformed" in broken else _SHARE_UNREADABLE))
        undecoded = min(count, unreadable)
        return FiveMinutes(
            count - undecoded, minutes, tuple(lags), future, 0, undecoded, looked, filled, {shape: looked}
        )


def _with_volume(
    broken: dict[str, Fault], now: float, count: int, minutes: int, keep: float
) -> tuple[int, int]:
    if broken.keys() & {"outage", "sparse outage", "planned outage"}:
        return 0, 0
    if "flapping" in broken and (now - broken["flapping"].start) % 3_600 < 1_800:
        return 0, 0
    for name, factor in (("drop", 0.3), ("shift down", 0.35), ("shift up", 6.0), ("spike", 10.0)):
        if name in broken:
            count = int(count * factor + keep)
    return count, minutes if count >= 5 else minutes & ((1 << min(5, 2 * count)) - 1) or (count and 1)


def poisson(draw: Random, mean: float) -> int:
    """A number of events where `mean` are expected."""
    if mean <= 0:
        return 0
    if mean > 30:
        return max(0, round(draw.gauss(mean, sqrt(mean))))
    limit, product, events = exp(-mean), draw.random(), 0
    while product > limit:
        product *= draw.random()
        events += 1
    return events


def hour_so_far(parts: Sequence[FiveMinutes]) -> Hour:
    """The hour that these five minutes, its first, make."""
    filled: dict[str, int] = {}
    shapes: dict[str, int] = {}
    minutes = 0
    for place, part in enumerate(parts):
        minutes |= part.minutes << 5 * place
        for name, number in part.filled.items():
            filled[name] = filled.get(name, 0) + number
        for name, number in part.shapes.items():
            shapes[name] = shapes.get(name, 0) + number
    return Hour(
        slots=(*(part.count for part in parts), *(0,) * (SLOTS - len(parts))),
        minutes=minutes,
        lags=tuple(map(sum, zip(*(part.lags for part in parts), strict=True))),
        future=sum(part.future for part in parts),
        past=0,
        undecoded=sum(part.undecoded for part in parts),
        sampled=sum(part.sampled for part in parts),
        filled=filled,
        shapes=shapes,
        reporters=1,
    )


def sources(seed: int, world: World, profiles: Sequence[Profile]) -> list[Source]:
    """A source of each profile, with its faults."""
    found = []
    for place, profile in enumerate(profiles):
        key = f"{seed}/{place}/{profile.kind}"
        found.append(
            Source(profile.kind, profile, world, key, planned(profile, world, Random(key + "/faults")))
        )
    return found
