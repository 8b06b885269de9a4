"""What all windows have in common: a key, a period cut into steps, a threshold, and how rows are judged.

`Window` itself is the kind `count`; the other kinds, in `kinds/`, say differently what a record contributes, what a
row holds, and when a key is past its threshold. All of it is pure: `window_store.py` reads and writes.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar, Final, Literal, Self

from shared.base.durations import format_duration
from shared.detection._declared import Network, arguments_checked, key_of, span, whole
from shared.detection.windows.bucket import Bucket, Crossing, Rows, Summary
from shared.detection.windows.marks import Mark
from shared.events.source_definition import Selection

Read = Callable[[str], str | None]
"""Gives a field of a record as conditions compare it; None where the record has none."""

LEFT_OUT: Final = "\x00left out"
"""The value of a record that a window deliberately does not count."""

LATENESS = timedelta(hours=1)
"""How late a record may come and still find the rows of its window."""

_STEPS = 10


@dataclass(frozen=True, slots=True)
class Window:
    """At least `threshold` records per key `by` in `period`; `of`: the field that a kind looks at besides.

    Time is cut into ten steps a period; a window is ten steps, so it covers between 0.9 and 1.0 periods.
    left_out: networks whose records do not count, from the customer's declarations.
    """

    kind: str
    by: tuple[str, ...]
    threshold: int
    period: timedelta
    of: str | None = None
    left_out: tuple[Network, ...] = ()

    content_type: ClassVar[Any] = None
    remembers: ClassVar[bool] = False
    """Whether a value that its row holds already changes nothing, so that it need not be counted again."""
    newest: ClassVar[bool] = False
    """Whether a row refers to its latest records, not to its first."""
    on_findings: ClassVar[bool] = False
    """Whether counting something twice changes nothing, so that findings may be counted."""
    replaces_fields: ClassVar[bool] = False
    """Whether a row's fields are those of its latest record alone."""
    of_steps: ClassVar[bool] = False
    """Whether the value of a record is the number of the step whose selection it satisfied."""

    @property
    def step(self) -> int:
        """The length of a bucket in seconds."""
        return _step_of(self.period)

    @property
    def steps(self) -> int:
        """How many buckets a window has."""
        return max(1, int(self.period.total_seconds()) // self.step)

    @property
    def episode_step(self) -> int:
        """The seconds in which crossings are numbered."""
        return self.step

    @property
    def decided(self) -> Literal["share", "content", "timer"]:
        """What tells that judging a key may be worth it: how much the own rows hold, what they hold, or time alone."""
        return "share"

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it needs of each record."""
        return (*self.by, *((self.of,) if self.of else ()))

    @property
    def told(self) -> tuple[str, ...]:
        """The fields besides its key that its rows tell of a record, for the alert."""
        return (self.of,) if self.of else ()

    @property
    def asked(self) -> tuple[str, ...]:
        """Fields that it looks at besides; a record may lack them."""
        return ()

    @property
    def limits(self) -> tuple[int, int]:
        """The least and the greatest threshold that make sense."""
        return 1, 2**31

    @property
    def text(self) -> str:
        """The window in words, for lists of detectors."""
        return f"{self.threshold} records in {format_duration(self.period)} by {', '.join(self.by)}"

    @property
    def counts_since(self) -> bool:
        """Whether it asks when its detector began to count."""
        return False

    @property
    def on(self) -> tuple[Selection, ...]:
        """The selections that it brings itself; a sequence does."""
        return ()

    def step_of(self, number: int) -> int:
        """To which step the selection of that number belongs; there are steps in sequences only."""
        return 0

    def cover(self, dedup_period: timedelta) -> int:
        """How many episode steps an episode covers, before and after its beginning."""
        length = max(self.period, dedup_period)
        return max(1, self.steps, int(length.total_seconds()) // self.episode_step)

    def kept(self, dedup_period: timedelta) -> timedelta:
        """How long rows matter after their step."""
        return max(self.period, dedup_period) * 2 + LATENESS

    def value_of(self, read: Read) -> str | None:
        """What is taken of a record besides its key; LEFT_OUT where it does not count. Never asked without `of`."""
        return read(self.of) if self.of else None

    @property
    def takes_value(self) -> bool:
        """Whether `value_of` is to be asked."""
        return self.of is not None

    @property
    def deciding(self) -> tuple[str, ...]:
        """The fields that `value_of` reads; those that it asks for only to leave records out, where it does."""
        return (*((self.of,) if self.of else ()), *(("src_ip_addr",) if self.left_out else ()))

    def without_networks(self, networks: tuple[Network, ...]) -> Self:
        """The window with the customer's own networks left out, where it asks for that."""
        return self

    def take(self, content: Any, marks: Sequence[Mark]) -> tuple[Any, Sequence[Mark]]:
        """The content of a row after `marks`, and those of them that changed it."""
        return content, marks

    def summary(self, bucket: Bucket) -> Summary:
        """What stands beside the row's document."""
        return Summary(bucket.count)

    def may_cross(self, rows: Iterable[tuple[int, Summary]], since: float | None = None) -> bool:
        """Whether a key with these rows (step, summary) may be past its threshold; False only where it cannot be."""
        return sum(summary.amount for _, summary in rows) >= self.threshold

    def own_share(self, rows: Mapping[int, Summary]) -> int:
        """The most that a window around the latest of a partition's own rows can hold."""
        return sum(summary.amount for summary in rows.values())

    def epoch(self, rows: Mapping[int, Summary]) -> int:
        """Changes where what was seen when the key was last judged says nothing any more."""
        return 0

    def nearing(self, bucket: Bucket) -> bool:
        """Whether an alert about this row is likely enough to read all its fields from its records."""
        amount = self.summary(bucket).amount
        return amount > 1 and amount * 2 >= self.threshold

    def crossings(
        self, rows: Rows, now: datetime | None = None, since: float | None = None
    ) -> Iterator[Crossing]:
        """Every crossing that the rows show, ordered by step.

        now: the time, where the timer asks. since: when the detector began to count, where it asks for that.
        """
        for step in sorted(rows):
            inside = self.inside(rows, step)
            seen = self.amount(inside)
            if seen >= self.threshold:
                yield self.crossing(step, seen, inside)

    def crossing(self, step: int, seen: int, inside: tuple[Bucket, ...]) -> Crossing:
        """A crossing, with what is to be said about it."""
        what = f"{seen} records in {self.minutes} minutes, threshold {self.threshold}"
        return Crossing(step, seen, inside, said=what)

    def standing(self, rows: Rows) -> tuple[int, int]:
        """What the latest window comes to, and what would be needed."""
        return self.amount(self.inside(rows, max(rows, default=0))), self.threshold

    def met(self, rows: Rows) -> frozenset[bytes] | None:
        """The digests of all values in the rows, where the kind counts values and knows them all."""
        return None

    def pending(self, rows: Rows, now: datetime) -> bool:
        """Whether time alone may bring another verdict about these rows."""
        return False

    def inside(self, rows: Rows, step: int) -> tuple[Bucket, ...]:
        """The buckets of the window that ends with `step`."""
        return tuple(
            bucket for earlier in range(step - self.steps + 1, step + 1) for bucket in rows.get(earlier, ())
        )

    def amount(self, buckets: Iterable[Bucket]) -> int:
        """What buckets come to together."""
        return sum(bucket.count for bucket in buckets)

    @property
    def minutes(self) -> str:
        """The period in minutes, as text."""
        return f"{self.period.total_seconds() / 60:g}"

    def is_left_out(self, address: str | None) -> bool:
        """Whether an address lies in a network whose records do not count."""
        return bool(self.left_out) and address is not None and _within(address, self.left_out)


@lru_cache(maxsize=256)
def _step_of(period: timedelta) -> int:
    return max(1, int(period.total_seconds()) // _STEPS)


@arguments_checked
def count(*, by: str | Sequence[str], threshold: int, period: str) -> Window:
    """At least `threshold` records of the same `by` within `period` ("10m")."""
    return Window("count", key_of("count", by), whole("count", "threshold", threshold), span("count", period))


@lru_cache(maxsize=8192)
def _within(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


@lru_cache(maxsize=8192)
def network_around(address: str) -> str:
    """The network of an address: /24 of IPv4, /48 of IPv6; what is no address stands for itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))
