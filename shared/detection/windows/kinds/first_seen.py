"""`first_seen`: a value that a key did not have before, once the key has been known for a while.

Rows hold a third of the memory each: up to 500 values with the time at which each was first seen. When more come, the
oldest go into a Bloom filter, which knows them from then on without their times. A filter may take a new value for a
known one, so its error only suppresses: 0.1 % of new values after 3,000 in a row, 5 % after 10,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Literal, Self

import msgspec

from shared.base.durations import format_duration
from shared.base.errors import DeclarationError
from shared.detection._declared import Network, arguments_checked, field_of, key_of, span
from shared.detection.windows._sketch import bloomed, digest_of, may_hold
from shared.detection.windows.bucket import Bucket, Crossing, Rows, Summary
from shared.detection.windows.kinds.distinct import NetworkOf, value_of
from shared.detection.windows.marks import Mark
from shared.detection.windows.window import Read, Window
from shared.events.times import from_seconds

LARGEST_EXACT: Final = 500
_PARTS = 3
_SHOWN = 20
_LONGEST_SHOWN = 128
_LONGEST_MEMORY = timedelta(days=366)


class Firsts(msgspec.Struct, array_like=True, frozen=True):
    """When each value was first seen, by digest; a filter of the values that had to go; the latest as text."""

    values: dict[bytes, float]
    begun: float
    older: bytes = b""
    shown: dict[bytes, str] = {}


@dataclass(frozen=True, slots=True)
class FirstSeen(Window):
    """See `first_seen`. period: the memory; learn: how long the key (or the detector) is known before it speaks."""

    learn: timedelta = timedelta(days=14)
    learns: str = "key"
    network: bool = False
    outside: bool = False

    content_type: ClassVar[Any] = Firsts
    remembers: ClassVar[bool] = True
    on_findings: ClassVar[bool] = True
    newest: ClassVar[bool] = True
    replaces_fields: ClassVar[bool] = True

    @property
    def step(self) -> int:
        """A row holds a third of the memory."""
        return int(self.period.total_seconds()) // _PARTS

    @property
    def steps(self) -> int:
        """The rows that are looked at: those of the memory, and the one that is being filled."""
        return _PARTS + 1

    @property
    def counts_since(self) -> bool:
        """See `Window.counts_since`."""
        return self.learns == "detector"

    @property
    def decided(self) -> Literal["share", "content", "timer"]:
        """See `Window.decided`."""
        return "content"

    @property
    def limits(self) -> tuple[int, int]:
        """See `Window.limits`: there is nothing to move."""
        return 1, 1

    @property
    def text(self) -> str:
        """See `Window.text`."""
        what = f"network of {self.of}" if self.network else self.of
        return (
            f"a {what} not seen in {format_duration(self.period)} by {', '.join(self.by)}, "
            f"after {format_duration(self.learn)}"
        )

    def kept(self, dedup_period: timedelta) -> timedelta:
        """See `Window.kept`."""
        return self.period

    def without_networks(self, networks: tuple[Network, ...]) -> Self:
        """See `Window.without_networks`."""
        return replace(self, left_out=networks) if self.outside else self

    def value_of(self, read: Read) -> str | None:
        """See `Window.value_of`."""
        return value_of(self, read, network=self.network)

    def take(self, content: Any, marks: Sequence[Mark]) -> tuple[Any, Sequence[Mark]]:
        """See `Window.take`: a record counts where it brings a new value, or an earlier time of a known one."""
        before: Firsts = content or Firsts({}, marks[0].time)
        values, older, shown, begun = dict(before.values), before.older, dict(before.shown), before.begun
        fresh: list[Mark] = []
        for mark in marks:
            digest = digest_of(mark.value or "")
            first = values.get(digest)
            begun = min(begun, mark.time)
            if may_hold(older, digest) or (first is not None and first <= mark.time):
                continue
            fresh.append(mark)
            values[digest] = mark.time
            shown[digest] = (mark.value or "")[:_LONGEST_SHOWN]
            if len(shown) > _SHOWN:
                del shown[min(shown, key=lambda known: (values.get(known, 0.0), known))]
            if len(values) > LARGEST_EXACT:
                oldest = min(values, key=lambda known: (values[known], known))
                del values[oldest]
                shown.pop(oldest, None)
                older = bloomed(oldest, older)
        return Firsts(values, begun, older, shown), fresh

    def summary(self, bucket: Bucket) -> Summary:
        """See `Window.summary`: when the key and its newest value were first seen."""
        content: Firsts = bucket.content
        return Summary(len(content.values), f"{content.begun}:{max(content.values.values())}")

    def may_cross(self, rows: Iterable[tuple[int, Summary]], since: float | None = None) -> bool:
        """See `Window.may_cross`: the newest value came after the time of learning."""
        pairs = [summary.hint.split(":") for _, summary in rows]
        begun = min((float(begun) for begun, _ in pairs), default=0.0)
        newest = max((float(newest) for _, newest in pairs), default=0.0)
        return newest >= self._start(begun, since) + self.learn.total_seconds()

    def _start(self, begun: float, since: float | None) -> float:
        return begun if self.learns == "key" or since is None else since

    def nearing(self, bucket: Bucket) -> bool:
        """See `Window.nearing`."""
        content: Firsts = bucket.content
        newest = max(content.values.values())
        return self.learns != "key" or newest >= content.begun + self.learn.total_seconds()

    def crossings(
        self, rows: Rows, now: datetime | None = None, since: float | None = None
    ) -> Iterator[Crossing]:
        """See `Window.crossings`: one for each value that is new."""
        for part in sorted(rows):
            around = [b for step in range(part - _PARTS, part + 1) for b in rows.get(step, ())]
            start = self._start(min(b.content.begun for b in around), since)
            earlier = [b.content for step in range(part - _PARTS, part) for b in rows.get(step, ())]
            now_here: list[Firsts] = [b.content for b in rows[part]]
            first: dict[bytes, float] = {}
            for content in now_here:
                for digest, time in content.values.items():
                    first[digest] = min(time, first.get(digest, time))
            for digest, time in sorted(first.items(), key=lambda pair: (pair[1], pair[0])):
                if (
                    time >= start + self.learn.total_seconds()
                    and not any(digest in c.values or may_hold(c.older, digest) for c in earlier)
                    and not any(may_hold(c.older, digest) for c in now_here)
                ):
                    yield self._crossing(part, digest, time, start, rows[part])

    def _crossing(
        self, part: int, digest: bytes, time: float, start: float, here: Sequence[Bucket]
    ) -> Crossing:
        bucket = next(b for b in here if b.content.values.get(digest) == time)
        text = next((b.content.shown[digest] for b in here if digest in b.content.shown), None)
        is_newest = max(bucket.content.values.values()) == time
        known = len({digest for b in here for digest in b.content.values})
        named = {} if self.network or text is None or "." in str(self.of) else {str(self.of): text}
        what = f"network of {self.of}" if self.network else self.of
        begun = from_seconds(start).date()
        return Crossing(
            part,
            1,
            (msgspec.structs.replace(bucket, fields=bucket.fields if is_newest else {}),),
            label=digest.hex(),
            said=f"the {what} {text or '(not kept)'} is new; known since {begun}, {known - 1} others in "
            f"{format_duration(timedelta(seconds=self.step))}",
            evidence={
                "of": self.of, "values": [text or digest.hex()], "known_since": begun.isoformat(),
                "others": known - 1, "learned_seconds": int(self.learn.total_seconds()),
            },
            fields=named,
            span=(time, time, 1),
            references=bucket.references[-1:] if is_newest else (),
        )  # fmt: skip


@arguments_checked
def first_seen(
    *,
    of: str | NetworkOf,
    by: str | Sequence[str],
    learn: str = "14d",
    memory: str = "90d",
    learns: Literal["key", "detector"] = "key",
    outside_own_networks: bool = False,
) -> FirstSeen:
    """A value of `of` that this `by` did not have within `memory`, once it is known for `learn`.

    learns: "detector" counts the time of learning from the first record that the detector saw, so that what a new key
    does is new as well. outside_own_networks: records from the customer's own networks do not count.
    """
    if learns not in ("key", "detector"):
        raise DeclarationError(f"first_seen(learns={learns!r}): write 'key' or 'detector'")
    remembered = span("first_seen", memory, "memory", timedelta(days=3), _LONGEST_MEMORY)
    learned = span("first_seen", learn, "learn", timedelta(hours=1), _LONGEST_MEMORY)
    if learned > remembered * 2 / 3:
        raise DeclarationError(
            f"first_seen(learn={learn!r}): longer than two thirds of its memory ({memory}), which is what is retained"
        )
    return FirstSeen(
        "first_seen",
        key_of("first_seen", by),
        1,
        remembered,
        of=field_of("first_seen", of.field if isinstance(of, NetworkOf) else of),
        learn=learned,
        learns=learns,
        network=isinstance(of, NetworkOf),
        outside=outside_own_networks,
    )
