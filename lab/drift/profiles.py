"""What sources are like: how many records each five minutes of a customer's day bring, as a rule.

A profile draws its own figures from the seed, so that no two sources of a kind are alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from shared.heartbeat.judgement.calendar import LocalHour

# Share of the busiest hour, by local hour, as sign-ins of an office go.
_DAY: Final = (
    0.02, 0.015, 0.01, 0.01, 0.015, 0.03, 0.12, 0.4, 0.85, 1, 1, 0.9,
    0.7, 0.85, 1, 0.95, 0.8, 0.5, 0.25, 0.15, 0.1, 0.07, 0.05, 0.03,
)  # fmt: skip

Rate = Callable[[LocalHour, int, int], float]
"""Records that five minutes bring as a rule: the local hour, the hour since 1970, which five minutes of it."""


@dataclass(frozen=True)
class Profile:
    """A kind of source. regular: it speaks so often, or so punctually, that a pause is told within the hour or day.

    noise: standard deviation of the logarithm of its volume from hour to hour. clump: records that come together.
    lag: seconds after which half of its records have arrived. first_minute_only: they come in one minute of five.
    """

    kind: str
    regular: bool
    rate: Rate
    noise: float = 0.15
    clump: int = 1
    lag: float = 60.0
    faults: tuple[str, ...] = ()
    first_minute_only: bool = False


_QUALITY: Final = ("late", "skewed", "malformed", "thin", "changed")
_ALL: Final = ("outage", "drop", "spike", *_QUALITY)


def office(draw: Random) -> Profile:
    """Sign-ins and the like: busy by day, little at night and at weekends."""
    peak, weekend = draw.uniform(25, 250), draw.uniform(0.04, 0.2)

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        return peak * _DAY[local.hour] * (1 if local.working else weekend)

    return Profile("office", True, rate, draw.uniform(0.1, 0.22), lag=draw.uniform(30, 400), faults=_ALL)


def closed_office(draw: Random) -> Profile:
    """An application that nobody uses outside of working hours."""
    peak, opens, closes = draw.uniform(12, 60), draw.choice([7, 8]), draw.choice([17, 18, 19])

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        return peak * _DAY[local.hour] if local.working and opens <= local.hour < closes else 0.0

    faults = ("outage", "drop", "spike", "malformed", "thin")
    return Profile("closed office", True, rate, draw.uniform(0.1, 0.2), faults=faults)


def steady(draw: Random) -> Profile:
    """Machines among themselves, day and night."""
    level = draw.uniform(10, 400)

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        return level

    faults = (*_ALL, "flapping", "shift down")
    return Profile("steady", True, rate, draw.uniform(0.05, 0.12), lag=draw.uniform(5, 120), faults=faults)


def growing(draw: Random) -> Profile:
    """An office that grows by some percent a week."""
    inner, weekly = office(draw), draw.uniform(0.01, 0.05)

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        grown: float = (1 + weekly) ** ((hour - 491_000) / 168)
        return inner.rate(local, hour, slot) * grown

    return Profile("growing", True, rate, inner.noise, lag=inner.lag, faults=("outage", "drop", "shift up"))


def nightly(draw: Random, *, in_utc: bool = False) -> Profile:
    """A batch in the night, by the local clock or by one that keeps to UTC; now and then it begins late."""
    begins, long, size = draw.choice([1, 2, 3, 4]), draw.randint(4, 9), draw.uniform(60, 600)
    late = {day: draw.choice([0, 0, 0, 1, 1, 2, 3]) for day in range(400)}

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        at = (hour % 24 if in_utc else local.hour) * 12 + slot
        first = begins * 12 + 2 + late[local.day.timetuple().tm_yday]
        return size if first <= at < first + long else 0.0

    kind = "nightly, UTC" if in_utc else "nightly"
    return Profile(kind, True, rate, 0.1, faults=("outage", "outage", "malformed"))


def weekly(draw: Random) -> Profile:
    """A job once a week."""
    day, begins, size = draw.choice([5, 6, 2]), draw.choice([1, 3, 22]), draw.uniform(100, 900)

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        return size if local.day.weekday() == day and local.hour == begins and 1 <= slot < 8 else 0.0

    return Profile("weekly", True, rate, 0.1, faults=("outage",))


def hourly(draw: Random) -> Profile:
    """An export at the same minute of each hour."""
    at, size = draw.randrange(12), draw.uniform(40, 400)

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        return size if slot == at else 0.0

    faults = ("outage", "drop", "spike", "malformed", "planned outage")
    return Profile("hourly", True, rate, 0.1, faults=faults, first_minute_only=True)


def forwarded(draw: Random) -> Profile:
    """A forwarder that sends what it has every ten minutes."""
    size, weekend = draw.uniform(100, 600), draw.uniform(0.3, 0.9)

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        return size * (1 if local.working else weekend) if slot % 2 == 0 else 0.0

    return Profile("forwarded", True, rate, 0.12, lag=300.0, faults=_ALL, first_minute_only=True)


def bursty(draw: Random) -> Profile:
    """A little all the time, and bursts of ten times as much that nobody announces."""
    level, times = draw.uniform(8, 40), draw.uniform(5, 12)
    bursts = Random(draw.random())
    busy = {(day, slot) for day in range(70) for _ in range(bursts.randint(1, 5)) for slot in _burst(bursts)}

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        return level * (times if (hour // 24 % 70, hour % 24 * 12 + slot) in busy else 1.0)

    return Profile(
        "bursty", True, rate, 0.25, faults=("outage", "outage", "malformed", "skewed", "planned outage")
    )


def _burst(draw: Random) -> range:
    first = draw.randrange(280)
    return range(first, first + draw.randint(1, 7))


def slow(draw: Random) -> Profile:
    """A few records an hour, all day: too many to be rare, too few to be regular by the minute."""
    level = draw.uniform(0.3, 2.5)

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        return level

    return Profile("slow", True, rate, 0.1, faults=("outage", "outage"))


def admin(draw: Random) -> Profile:
    """What administrators do: a few records on a working day, in clumps, and none for days."""
    a_day = draw.uniform(1, 6)

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        return a_day / 120 if local.working and 8 <= local.hour < 18 else a_day / 6_000

    return Profile("admin", False, rate, 0.2, clump=draw.choice([1, 2, 4]), faults=("sparse outage",))


def rare(draw: Random) -> Profile:
    """One or two records a day, at any time."""
    a_day = draw.uniform(0.7, 4)

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        return a_day / 288

    return Profile("rare", False, rate, 0.1, faults=("sparse outage",))


def nightly_utc(draw: Random) -> Profile:
    """A nightly batch whose scheduler keeps to UTC."""
    return nightly(draw, in_utc=True)


def declared(draw: Random) -> Profile:
    """What a customer expects and nobody ever sent."""

    def rate(local: LocalHour, hour: int, slot: int) -> float:
        return 0.0

    return Profile("declared", False, rate, 0.1, faults=("never seen",))


KINDS: Final[tuple[Callable[[Random], Profile], ...]] = (
    office, closed_office, steady, growing, nightly, nightly_utc, weekly, hourly, forwarded, bursty, slow, admin, rare,
    declared,
)  # fmt: skip
