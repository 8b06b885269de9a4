"""`rate`: a key has far more records in an hour than in the same hours of the weeks before.

The baseline is the key's own: the median of the same hour of the week, and of the hours beside it, over up to four
weeks, with the median absolute deviation (MAD) as its spread. Counts are also compared with the tail of a Poisson
distribution of that median, because small counts scatter without meaning. Rows hold a week of one hub partition,
with a count for each hour that had records.
Sources: Rousseeuw and Croux, "Alternatives to the Median Absolute Deviation" (1993), for the factor 1.4826 that makes
the MAD comparable with a standard deviation.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import median
from typing import Any, ClassVar, Final, NamedTuple

from shared.detection._declared import arguments_checked, key_of, number, span, whole
from shared.detection.windows.bucket import Bucket, Crossing, Rows, Summary
from shared.detection.windows.marks import Mark
from shared.detection.windows.window import Window

HOUR: Final = 3600
WEEK: Final = 168
"""Hours of a week."""

KEPT: Final = timedelta(days=35)
_WEEKS = 4
_CHANCE = 1e-6
_MAD_TO_DEVIATION = 1.4826
_NEVER = 10**12
_HINTED_HOURS = 3


class Baseline(NamedTuple):
    """What is usual for an hour. limit: the least count that is far above it; samples: hours it was learned from."""

    expected: float
    deviation: float
    limit: int
    samples: int


@dataclass(frozen=True, slots=True)
class Rate(Window):
    """See `rate`. threshold: a plain floor; deviations: how far above the median; history: before it, no judgement."""

    deviations: float = 6.0
    history: timedelta = timedelta(days=14)

    content_type: ClassVar[Any] = dict[int, int]
    newest: ClassVar[bool] = True

    @property
    def step(self) -> int:
        """A row holds a week."""
        return WEEK * HOUR

    @property
    def steps(self) -> int:
        """See `Window.steps`."""
        return 1

    @property
    def episode_step(self) -> int:
        """Crossings are numbered by hours."""
        return HOUR

    @property
    def text(self) -> str:
        """See `Window.text`."""
        return (
            f"{self.threshold} records in an hour, {self.deviations:g} deviations above the same hours of "
            f"{self.history.days} days or more, by {', '.join(self.by)}"
        )

    def kept(self, dedup_period: timedelta) -> timedelta:
        """See `Window.kept`."""
        return max(KEPT, dedup_period * 2)

    def take(self, content: Any, marks: Sequence[Mark]) -> tuple[Any, Sequence[Mark]]:
        """See `Window.take`: a count for each hour of the row's week."""
        hours = dict(content or {})
        for mark in marks:
            hour = max(int(mark.time), 0) // HOUR % WEEK
            hours[hour] = hours.get(hour, 0) + 1
        return hours, marks

    def summary(self, bucket: Bucket) -> Summary:
        """See `Window.summary`: the counts of the latest hours."""
        week = max(int(bucket.last), 0) // HOUR // WEEK
        latest = sorted(bucket.content.items())[-_HINTED_HOURS:]
        hint = ",".join(f"{week * WEEK + hour}:{found}" for hour, found in latest)
        return Summary(bucket.count, hint)

    def may_cross(self, rows: Iterable[tuple[int, Summary]], since: float | None = None) -> bool:
        """See `Window.may_cross`."""
        return max(self._latest(summary for _, summary in rows).values(), default=0) >= self.threshold

    def own_share(self, rows: Mapping[int, Summary]) -> int:
        """See `Window.own_share`."""
        return max(self._latest(rows.values()).values(), default=0)

    def epoch(self, rows: Mapping[int, Summary]) -> int:
        """See `Window.epoch`: another hour has another baseline."""
        return max(self._latest(rows.values()), default=0)

    def nearing(self, bucket: Bucket) -> bool:
        """See `Window.nearing`."""
        return bool(max(bucket.content.values()) * 2 >= self.threshold)

    @staticmethod
    def _latest(summaries: Iterable[Summary]) -> Counter[int]:
        found: Counter[int] = Counter()
        for summary in summaries:
            for pair in filter(None, summary.hint.split(",")):
                hour, amount = pair.split(":")
                found[int(hour)] += int(amount)
        return found

    def crossings(
        self, rows: Rows, now: datetime | None = None, since: float | None = None
    ) -> Iterator[Crossing]:
        """See `Window.crossings`."""
        hours = hourly(rows)
        for hour in sorted(hours):
            if hours[hour] >= self.threshold:
                usual = self.baseline(hours, hour)
                if usual is not None and hours[hour] >= usual.limit:
                    yield self._crossing(hour, hours[hour], usual, rows)

    def standing(self, rows: Rows) -> tuple[int, int]:
        """See `Window.standing`."""
        hours = hourly(rows)
        if not hours:
            return 0, _NEVER
        latest = max(hours)
        usual = self.baseline(hours, latest)
        return hours[latest], usual.limit if usual else _NEVER

    def baseline(self, hours: Mapping[int, int], hour: int) -> Baseline | None:
        """What is usual in `hour`, from the hours before it; None where there is not enough history."""
        begun = min(hours)
        if (hour - begun) * HOUR < self.history.total_seconds():
            return None
        samples = [
            hours.get(beside, 0)
            for week in range(1, _WEEKS + 1)
            for beside in range(hour - week * WEEK - 1, hour - week * WEEK + 2)
            if beside >= begun
        ]
        if len(samples) < 3:
            return None
        expected = float(median(samples))
        deviation = _MAD_TO_DEVIATION * float(median(abs(sample - expected) for sample in samples))
        limit = max(
            self.threshold,
            math.ceil(expected + self.deviations * deviation),
            poisson_limit(max(expected, 0.5)),
        )
        return Baseline(expected, deviation, limit, len(samples))

    def _crossing(self, hour: int, seen: int, usual: Baseline, rows: Rows) -> Crossing:
        inside = tuple(rows.get(hour // WEEK, ()))
        begin = hour * HOUR
        last = min(max(bucket.last for bucket in inside), begin + HOUR - 1) if inside else begin
        said = (
            f"{seen} records in an hour, usual are {usual.expected:g}; past {usual.limit} it is far above "
            f"{usual.samples} same hours of the weeks before"
        )
        evidence = {
            "expected": usual.expected, "deviation": round(usual.deviation, 2), "limit": usual.limit,
            "samples": usual.samples, "deviations": self.deviations,
        }  # fmt: skip
        return Crossing(
            hour, seen, inside, said=said, evidence=evidence, span=(begin, max(last, begin), seen)
        )


def hourly(rows: Rows) -> Counter[int]:
    """The counts of all rows by hour since 1970."""
    found: Counter[int] = Counter()
    for week, buckets in rows.items():
        for bucket in buckets:
            for hour, amount in bucket.content.items():
                found[week * WEEK + hour] += amount
    return found


@lru_cache(maxsize=4096)
def poisson_limit(expected: float) -> int:
    """The least count that a Poisson distribution with this mean exceeds less than once in a million times."""
    if expected > 500:  # it is close to a normal distribution there
        return math.ceil(expected + 4.9 * math.sqrt(expected))
    term = math.exp(-expected)
    below, found = term, 0
    while 1 - below > _CHANCE:
        found += 1
        term *= expected / found
        below += term
    return found + 1


@arguments_checked
def rate(*, by: str | Sequence[str], threshold: int, deviations: float = 6.0, history: str = "14d") -> Rate:
    """At least `threshold` records of the same `by` in an hour, and far more than is usual for it in such an hour.

    Far more: `deviations` above the median of the same hours of the week, and too many for chance. Never judged
    before the key is known for `history`.
    """
    return Rate(
        "rate",
        key_of("rate", by),
        whole("rate", "threshold", threshold, 2),
        timedelta(hours=1),
        deviations=number("rate", "deviations", deviations, 1, 100),
        history=span("rate", history, "history", timedelta(days=7), timedelta(days=28)),
    )
