"""An entity whose records are invented by the minute, and judged every five minutes as the watch does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from shared.heartbeat.judgement.entity_check import judge
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.judgement.memory import EntityMemory
from shared.heartbeat.judgement.observation import (
    HOUR,
    LAG_BUCKETS,
    SLOT,
    SLOTS,
    Hour,
    Observation,
    lag_bucket,
)
from shared.heartbeat.judgement.policy import Policy
from shared.heartbeat.judgement.verdict import Judgement, Verdict

MONDAY: Final = 492_168
"""The hour, since 1970, in which Monday, 23 February 2026 begins in UTC."""
DAY: Final = 24
PLAIN: Final = Policy()
FIELDS: Final = {"actor_user_id": 1.0, "src_ip_addr": 0.8}

Rate = Callable[[int, int], int]
"""Records of a minute: the hour since 1970, the minute in it."""


@dataclass(frozen=True)
class Records:
    """What records are like. lag: seconds to their arrival; bad, ahead: share that cannot be read, or is early."""

    lag: float = 30.0
    bad: float = 0.0
    ahead: float = 0.0
    filled: dict[str, float] = field(default_factory=lambda: dict(FIELDS))
    shape: str = "usual"


@dataclass
class Entity:
    """An entity from hour `at` on (a multiple of five minutes, in seconds since 1970, as `now`)."""

    now: float
    policy: Policy = PLAIN
    memory: EntityMemory = field(default_factory=EntityMemory)
    hours: dict[int, Hour] = field(default_factory=dict)
    first: float | None = None
    last: float | None = None
    verdicts: list[tuple[float, Verdict]] = field(default_factory=list)
    judgement: Judgement | None = None

    def run(self, hours: float, rate: Rate, records: Records = Records(), step: int = SLOT) -> Entity:
        """Goes on for some hours; a check every `step` seconds. Gives itself."""
        end = self.now + hours * HOUR
        while self.now < end:
            for begin in range(int(self.now), int(self.now) + step, SLOT):
                self._arrive(begin, rate, records)
            self.now += step
            self.check()
        return self

    def check(self, observation: Observation | None = None) -> Judgement:
        """One check of what is known now, or of another observation."""
        hour = int(self.now) // HOUR
        self.hours = {known: one for known, one in self.hours.items() if known >= hour - 5}
        seen = observation or Observation(self.now, self.hours, self.first, self.last)
        self.judgement = judge(seen, self.policy, self.memory)
        self.memory = self.judgement.memory
        self.verdicts += ((seen.now, verdict) for verdict in self.judgement.verdicts)
        return self.judgement

    def told(self, since: float = 0.0) -> list[tuple[FindingKind, Change]]:
        """What somebody was told, in order."""
        return [
            (verdict.finding.kind, verdict.change)
            for at, verdict in self.verdicts
            if verdict.raises_alert and at >= since
        ]

    def open(self) -> list[FindingKind]:
        """What stands."""
        return [finding.kind for finding in self.judgement.open] if self.judgement else []

    def with_policy(self, **changes: object) -> Entity:
        """Itself, under another policy from now on."""
        self.policy = replace(self.policy, **changes)  # type: ignore[arg-type]
        return self

    def _arrive(self, begin: int, rate: Rate, records: Records) -> None:
        hour = begin // HOUR
        minute = begin % HOUR // 60
        counts = [rate(hour, minute + later) for later in range(5)]
        count = sum(counts)
        if not count:
            return
        bad = round(count * records.bad)
        known = self.hours.get(hour, Hour())
        slots = list(known.slots)
        slots[begin % HOUR // SLOT] += count - bad
        minutes = known.minutes
        for later, number in enumerate(counts):
            if number and bad < count:
                minutes |= 1 << minute + later
                self.last = begin + 60.0 * later + 30
                self.first = self.first or self.last
        lags = list(known.lags or (0,) * LAG_BUCKETS)
        lags[lag_bucket(records.lag)] += count - bad
        sampled = min(count - bad, 10)
        filled = {
            name: known.filled.get(name, 0) + round(sampled * share) for name, share in records.filled.items()
        }
        shapes = dict(known.shapes)
        shapes[records.shape] = shapes.get(records.shape, 0) + sampled
        self.hours[hour] = Hour(
            slots=tuple(slots),
            minutes=minutes,
            lags=tuple(lags),
            future=known.future + round(count * records.ahead),
            undecoded=known.undecoded + bad,
            sampled=known.sampled + sampled,
            filled=filled,
            shapes=shapes,
        )
        assert len(slots) == SLOTS


def steady(_hour: int, _minute: int) -> int:
    """Ten records a minute, day and night."""
    return 10


def nothing(_hour: int, _minute: int) -> int:
    """No records."""
    return 0


def office(hour: int, minute: int) -> int:
    """Twenty records a minute from 8 to 18 on working days (UTC), one in ten minutes at other times."""
    if _weekday(hour) < 5 and 8 <= hour % DAY < 18:
        return 20
    return 1 if minute % 10 == 3 else 0


def hourly(_hour: int, minute: int) -> int:
    """An export of 100 records in the twelfth minute of each hour."""
    return 100 if minute == 12 else 0


def twice_a_day(hour: int, minute: int) -> int:
    """A record at 9:30 and at 15:30 of each day."""
    return int(hour % DAY in {9, 15} and minute == 30)


def nightly(hour: int, minute: int) -> int:
    """A batch from 3:10 to 3:40."""
    return 50 if hour % DAY == 3 and 10 <= minute < 40 else 0


def _weekday(hour: int) -> int:
    return (hour - MONDAY) // DAY % 7


@cache
def _trained(rate: Rate, days: int, policy: Policy) -> Entity:
    return Entity((MONDAY - days * DAY) * float(HOUR), policy).run(days * DAY, rate, step=HOUR)


def trained(rate: Rate, days: int = 21, policy: Policy = PLAIN) -> Entity:
    """An entity that has spoken like this for some days before Monday, and was judged by the hour."""
    known = _trained(rate, days, policy)
    return replace(known, hours=dict(known.hours), verdicts=[])
