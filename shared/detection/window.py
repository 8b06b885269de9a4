"""The windows a detector can declare: conditions over many records of one key in a time.

Declared on the decorator (`window=count(...)`), validated here, counted and judged in `windows.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.durations import parse_duration
from shared.errors import DeclarationError

LARGEST_DISTINCT = 1000
_STEPS = 10
_SHORTEST, _LONGEST = timedelta(seconds=10), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Window:
    """`kind` (count or distinct) over `period` per key `by`, past `threshold`; `of`: what is counted once.

    Time is cut into ten steps a period; a window is ten steps, so it covers between 0.9 and 1.0 periods.
    """

    kind: str
    by: tuple[str, ...]
    threshold: int
    period: timedelta
    of: str | None = None

    @property
    def step(self) -> int:
        """The length of a bucket in seconds."""
        return max(1, int(self.period.total_seconds()) // _STEPS)

    @property
    def steps(self) -> int:
        """How many buckets a window has."""
        return max(1, int(self.period.total_seconds()) // self.step)


def count(*, by: str | Sequence[str], threshold: int, period: str) -> Window:
    """At least `threshold` records of the same `by` within `period` ("10m")."""
    return Window("count", _key("count", by), _threshold("count", threshold), _period("count", period))


def distinct(*, of: str, by: str | Sequence[str], threshold: int, period: str) -> Window:
    """At least `threshold` different values of `of` for the same `by` within `period` (at most 1,000 are kept)."""
    if not isinstance(of, str) or not of:
        raise DeclarationError(f"distinct(of={of!r}): name the field whose values are counted")
    limit = _threshold("distinct", threshold)
    if limit > LARGEST_DISTINCT:
        raise DeclarationError(
            f"distinct(threshold={threshold}): at most {LARGEST_DISTINCT} values are kept apart"
        )
    return Window("distinct", _key("distinct", by), limit, _period("distinct", period), of=of)


def _key(kind: str, by: Any) -> tuple[str, ...]:
    names = (by,) if isinstance(by, str) else tuple(by or ())
    if not names or not all(isinstance(name, str) and name for name in names):
        raise DeclarationError(
            f"{kind}(by={by!r}): name the field, or a list of fields, that a window belongs to"
        )
    return names


def _threshold(kind: str, threshold: Any) -> int:
    if not isinstance(threshold, int) or isinstance(threshold, bool) or threshold < 1:
        raise DeclarationError(f"{kind}(threshold={threshold!r}): write a whole number of at least 1")
    return threshold


def _period(kind: str, period: Any) -> timedelta:
    try:
        length = parse_duration(period)
    except (ValueError, AttributeError):
        length = timedelta(0)
    if not _SHORTEST <= length <= _LONGEST:
        raise DeclarationError(
            f"{kind}(period={period!r}): write a time between '10s' and '7d', such as '15m'"
        )
    return length
