"""`sequence`: records of several kinds, one after the other, by the same key; or one that is not followed by another.

A row keeps the times at which each stage was satisfied: all of them up to two in a 250th of the time, beyond that the
first and the last of it. Order is that of the records' own times, so it does not matter in which order they arrive;
later means later, equal times are no order. An absence is judged by the timer, when its time has gone by.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Literal

from shared.base.durations import format_duration
from shared.base.errors import DeclarationError
from shared.detection._declared import arguments_checked, key_of, span
from shared.detection.windows.bucket import Bucket, Crossing, Rows, Summary
from shared.detection.windows.kinds.thinned import with_time
from shared.detection.windows.marks import Mark
from shared.detection.windows.window import LATENESS, Window
from shared.events.source_definition import Selection
from shared.events.times import from_seconds, rfc3339

MOST_STAGES: Final = 6
Stage = tuple[Selection, ...]
Times = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Chain(Window):
    """See `sequence`. stages: what must come, in order; without: what must not come; late: how late it may arrive."""

    stages: tuple[Stage, ...] = ()
    without: Stage = ()
    late: timedelta = timedelta(minutes=10)

    content_type: ClassVar[Any] = Times
    of_steps: ClassVar[bool] = True
    on_findings: ClassVar[bool] = True

    @property
    def decided(self) -> Literal["share", "content", "timer"]:
        """See `Window.decided`."""
        return "timer" if self.without else "content"

    @property
    def limits(self) -> tuple[int, int]:
        """See `Window.limits`: there is nothing to move."""
        return 1, 1

    @property
    def text(self) -> str:
        """See `Window.text`."""
        order = ", then ".join(map(stage_text, self.stages))
        absent = f", and no {stage_text(self.without)}" if self.without else ""
        return f"{order}{absent}, in {format_duration(self.period)} by {', '.join(self.by)}"

    @property
    def on(self) -> tuple[Selection, ...]:
        """The selections of all stages, in order; the detector listens to them."""
        return tuple(selection for stage in self._all for selection in stage)

    @property
    def _all(self) -> tuple[Stage, ...]:
        return (*self.stages, *((self.without,) if self.without else ()))

    def step_of(self, number: int) -> int:
        """The stage to which the selection of that number belongs."""
        stages = [place for place, stage in enumerate(self._all) for _ in stage]
        return stages[number]

    def kept(self, dedup_period: timedelta) -> timedelta:
        """See `Window.kept`."""
        return max(self.period, dedup_period) * 2 + LATENESS + self.late

    def take(self, content: Any, marks: Sequence[Mark]) -> tuple[Any, Sequence[Mark]]:
        """See `Window.take`: a record counts where it is kept."""
        times = list(content or ((),) * (len(self.stages) + bool(self.without)))
        fresh, step = [], self.step
        for mark in marks:
            stage = int(mark.value or 0)
            after = with_time(times[stage], mark.time, step)
            if after is not None:
                times[stage] = after
                fresh.append(mark)
        return tuple(times), fresh

    def summary(self, bucket: Bucket) -> Summary:
        """See `Window.summary`: a bit for each stage that occurred."""
        found, bit = 0, 1
        for times in bucket.content:
            if times:
                found |= bit
            bit <<= 1
        return Summary(found)

    def may_cross(self, rows: Iterable[tuple[int, Summary]], since: float | None = None) -> bool:
        """See `Window.may_cross`: every stage occurred."""
        found = 0
        for _, summary in rows:
            found |= summary.amount
        wanted = (1 << len(self.stages)) - 1
        return found & wanted == wanted

    def nearing(self, bucket: Bucket) -> bool:
        """See `Window.nearing`."""
        stages = len(self.stages)
        return bucket.count >= stages > 1 and self.may_cross([(0, self.summary(bucket))])

    def crossings(
        self, rows: Rows, now: datetime | None = None, since: float | None = None
    ) -> Iterator[Crossing]:
        """See `Window.crossings`: one for each time of the last stage that completes the sequence."""
        times = self._times(rows)
        for last in times[len(self.stages) - 1]:
            chain = self._chain(times, last)
            if chain is None or not self._absent(times, chain[0], now):
                continue
            step = int(last) // self.step
            inside = self._around(rows, int(chain[0]) // self.step, step)
            names = [stage_text(stage) for stage in self.stages]
            seconds = chain[-1] - chain[0]
            said = f"{len(chain)} steps in {seconds / 60:.1f} minutes: {', then '.join(names)}"
            if self.without:
                said += f"; no {stage_text(self.without)} within {self.minutes} minutes"
            shown = [
                {"step": name, "time": rfc3339(from_seconds(time))}
                for name, time in zip(names, chain, strict=True)
            ]
            evidence: dict[str, object] = {"steps": shown}
            if self.without:
                evidence["absent"] = stage_text(self.without)
            yield Crossing(
                step, len(chain), inside, said=said, evidence=evidence, span=(chain[0], chain[-1], len(chain))
            )

    def pending(self, rows: Rows, now: datetime) -> bool:
        """See `Window.pending`."""
        latest = max((time for stage in self._times(rows) for time in stage), default=0.0)
        return bool(self.without) and now.timestamp() < latest + self._patience

    @property
    def _patience(self) -> float:
        return (self.period + self.late).total_seconds()

    def _times(self, rows: Rows) -> list[list[float]]:
        buckets = [bucket for found in rows.values() for bucket in found]
        return [
            sorted({time for bucket in buckets for time in bucket.content[place]})
            for place in range(len(self._all))
        ]

    def _chain(self, times: Sequence[Sequence[float]], last: float) -> list[float] | None:
        """The shortest sequence that ends at `last`: each stage as late as it can be."""
        chain = [last]
        for stage in range(len(self.stages) - 2, -1, -1):
            place = bisect_left(times[stage], chain[0])
            if not place:
                return None
            chain.insert(0, times[stage][place - 1])
        return chain if last - chain[0] <= self.period.total_seconds() else None

    def _absent(self, times: Sequence[Sequence[float]], first: float, now: datetime | None) -> bool:
        if not self.without:
            return True
        if now is None or now.timestamp() < first + self._patience:
            return False
        unwanted = times[len(self.stages)]
        place = bisect_left(unwanted, first)
        return place == len(unwanted) or unwanted[place] > first + self.period.total_seconds()

    @staticmethod
    def _around(rows: Rows, first: int, last: int) -> tuple[Bucket, ...]:
        return tuple(bucket for step in range(first, last + 1) for bucket in rows.get(step, ()))


def stage_text(stage: Stage) -> str:
    """A stage in a few words: what is asked for first, or the source."""
    for clause in stage[0].clauses:
        if clause.values:
            values = sorted(clause.values)
            return " or ".join(values[:2]) + (" ..." if len(values) > 2 else "")
    return stage[0].source.id


@arguments_checked
def sequence(
    steps: Sequence[Selection | Sequence[Selection]],
    *,
    by: str | Sequence[str],
    within: str,
    without: Selection | Sequence[Selection] | None = None,
    late: str = "10m",
) -> Chain:
    """The `steps` (selections, or lists of them) in this order by the same `by`, all `within` a time.

    without: what must not happen from the first step until `within` after it; the alert comes when that time, and
    `late`, have gone by. With `without`, one step is enough.
    """
    stages = tuple(_stage("steps", step) for step in _listed(steps))
    absent = () if without is None else _stage("without", without)
    if not 1 <= len(stages) <= MOST_STAGES or (len(stages) == 1 and not absent):
        raise DeclarationError(
            f"sequence(steps=...): {len(stages)} steps; write 2 to {MOST_STAGES}, or one and without="
        )
    return Chain(
        "sequence",
        key_of("sequence", by),
        1,
        span("sequence", within, "within"),
        stages=stages,
        without=absent,
        late=span("sequence", late, "late", timedelta(seconds=10), timedelta(hours=6)),
    )


def _listed(steps: Any) -> Sequence[Any]:
    if not isinstance(steps, list | tuple):
        raise DeclarationError(f"sequence(steps={steps!r}): write a list of selections")
    return steps


def _stage(name: str, said: Any) -> Stage:
    stage = (said,) if isinstance(said, Selection) else tuple(said) if isinstance(said, list | tuple) else ()
    if not stage or not all(isinstance(selection, Selection) for selection in stage):
        raise DeclarationError(f"sequence({name}={said!r}): a step is a selection, or a list of selections")
    return stage
