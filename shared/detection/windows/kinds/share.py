"""`share`: a part of a key's records, such as failures, is so large in a period.

More records can make a share smaller again, so a window is judged by the timer, once it is over and late records had
their time: then every way of delivering the records has led to the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from shared.base.durations import format_duration
from shared.base.errors import DeclarationError
from shared.detection._declared import arguments_checked, key_of, span, whole
from shared.detection.windows.bucket import Bucket, Crossing, Rows, Summary
from shared.detection.windows.marks import Mark
from shared.detection.windows.window import Read, Window
from shared.events.conditions import Clause, Matcher, fold


@dataclass(frozen=True, slots=True)
class Share(Window):
    """See `share`. threshold: per cent; attempts: fewer records are not judged; late: how long rows may come late."""

    part: tuple[Clause, ...] = ()
    attempts: int = 1
    late: timedelta = timedelta(minutes=5)

    content_type: ClassVar[Any] = int

    @property
    def decided(self) -> Literal["share", "content", "timer"]:
        """See `Window.decided`."""
        return "timer"

    @property
    def limits(self) -> tuple[int, int]:
        """See `Window.limits`."""
        return 1, 100

    @property
    def text(self) -> str:
        """See `Window.text`."""
        of = ", ".join(clause.field for clause in self.part)
        return (
            f"{self.threshold} % by {of} of {self.attempts} records or more in "
            f"{format_duration(self.period)} by {', '.join(self.by)}"
        )

    @property
    def asked(self) -> tuple[str, ...]:
        """See `Window.asked`."""
        return tuple(clause.field for clause in self.part)

    @property
    def takes_value(self) -> bool:
        """See `Window.takes_value`."""
        return True

    @property
    def told(self) -> tuple[str, ...]:
        """See `Window.told`."""
        return self.asked

    @property
    def deciding(self) -> tuple[str, ...]:
        """See `Window.deciding`."""
        return self.asked

    def value_of(self, read: Read) -> str | None:
        """Whether the record belongs to the part: '1' or '0'."""
        return "1" if all(clause.holds(read(clause.field)) for clause in self.part) else "0"

    def take(self, content: Any, marks: Sequence[Mark]) -> tuple[Any, Sequence[Mark]]:
        """See `Window.take`."""
        return (content or 0) + sum(mark.value == "1" for mark in marks), marks

    def summary(self, bucket: Bucket) -> Summary:
        """See `Window.summary`."""
        return Summary(bucket.count, str(bucket.content))

    def may_cross(self, rows: Iterable[tuple[int, Summary]], since: float | None = None) -> bool:
        """See `Window.may_cross`."""
        found = [summary for _, summary in rows]
        part = sum(int(summary.hint or 0) for summary in found)
        enough = sum(summary.amount for summary in found) >= self.attempts
        return enough and part * 100 >= self.threshold * self.attempts

    def nearing(self, bucket: Bucket) -> bool:
        """See `Window.nearing`: the part is what the alert is about, but any record may be read for it."""
        return int(bucket.content) * 200 >= self.threshold * self.attempts

    def crossings(
        self, rows: Rows, now: datetime | None = None, since: float | None = None
    ) -> Iterator[Crossing]:
        """See `Window.crossings`."""
        for step in sorted(rows):
            inside = self.inside(rows, step)
            attempts, part = sum(b.count for b in inside), sum(b.content for b in inside)
            crossed = attempts >= self.attempts and part * 100 >= self.threshold * attempts
            if crossed and now is not None and self._closed(step, now):
                percent = round(part * 100 / attempts)
                said = (
                    f"{part} of {attempts} records ({percent} %) in {self.minutes} minutes, "
                    f"threshold {self.threshold} % of at least {self.attempts}"
                )
                evidence: Mapping[str, object] = {
                    "part": part, "attempts": attempts, "least_attempts": self.attempts,
                    "part_is": {c.field: sorted(c.values) or "matches" for c in self.part},
                }  # fmt: skip
                yield Crossing(step, percent, inside, said=said, evidence=evidence)

    def pending(self, rows: Rows, now: datetime) -> bool:
        """See `Window.pending`."""
        return not all(self._closed(step, now) for step in rows)

    def _closed(self, step: int, now: datetime) -> bool:
        return now.timestamp() >= (step + 1) * self.step + self.late.total_seconds()


@arguments_checked
def share(
    *,
    part: Mapping[str, Any],
    by: str | Sequence[str],
    threshold: int,
    attempts: int,
    period: str,
    late: str = "5m",
) -> Share:
    """At least `threshold` per cent of at least `attempts` records of the same `by` within `period` are of the `part`.

    part: conditions that mark the records in question, such as {"event_result": "Failure"}. late: how long after a
    step's end its records may arrive; it is judged then.
    """
    if not isinstance(part, Mapping) or not part:
        raise DeclarationError(
            f"share(part={part!r}): write the conditions of the records in question, such as "
            "{'event_result': 'Failure'}"
        )
    return Share(
        "share",
        key_of("share", by),
        whole("share", "threshold", threshold, 1, 100),
        span("share", period),
        part=tuple(_clause(name, wanted) for name, wanted in part.items()),
        attempts=whole("share", "attempts", attempts, 2),
        late=span("share", late, "late", timedelta(seconds=10), timedelta(hours=6)),
    )


def _clause(name: str, wanted: Any) -> Clause:
    if isinstance(wanted, Matcher):
        return Clause(name, matcher=wanted)
    values = [wanted] if isinstance(wanted, str | int | float | bool) else wanted
    if (
        not isinstance(values, Sequence)
        or not values
        or not all(isinstance(value, str | int | float | bool) for value in values)
    ):
        raise DeclarationError(
            f"share(part={{{name!r}: {wanted!r}}}): give a value, a list of values, or a matcher"
        )
    return Clause(name, values=frozenset(fold(value) or "" for value in values))
