"""Windows as values: what records contribute, the rows that hold it, and when a window is past its threshold.

Pure functions; `window_store.py` reads and writes. A row belongs to one key, one step of time and one hub
partition, and carries the sequence number up to which it has counted: counting a record again changes nothing.
Judgement is on the state alone: the buckets of a key give its episodes, whoever asks and however often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

from shared.detection.detector import Detector
from shared.detection.finding import MOST_REFERENCES, agreed, fields_of, reconciled
from shared.detection.window import LARGEST_DISTINCT, Window
from shared.events.event import Event
from shared.events.selection import fold
from shared.events.shape import Head, Shape

LONGEST_KEY = 1024
"""Characters of a key; a longer one is cut and told apart by its digest."""

_SAMPLED_EVENTS = 5
"""How many records of a batch are asked for all their entity fields, in a row that nears the threshold."""

_SHOWN_VALUES = 20


class Deferred(Protocol):
    """A record that contributed: what is needed of it later, if at all."""

    def event(self) -> Event:
        """The record as an event."""
        ...

    def brief(self, names: Iterable[str]) -> dict[str, str]:
        """The named fields and the source, as texts; those that are absent left out."""
        ...


class Mark(NamedTuple):
    """One record's contribution to a row.

    sequence_number and place: of its message and within it; time: seconds since 1970; record: makes its event.
    """

    sequence_number: int
    place: int
    time: float
    value: str | None
    record: Deferred


class Counted(NamedTuple):
    """What a window takes from one record: its key, and the digest and text of the value that is counted once."""

    key: str
    value: str | None


@dataclass(slots=True)
class Cell:
    """The contributions of a batch to one row: a key in one step of time."""

    key: str
    bucket: int
    marks: list[Mark] = field(default_factory=list)


Known = Callable[[str, str, int, str], bool]
"""Whether a value (detector, key, step, value) is known to stand in a row already."""


class Contributions:
    """What the records of one batch contribute to the windows of one detector, combined in memory."""

    def __init__(self, detector: Detector, window: Window, known: Known) -> None:
        self.detector = detector
        self.window = window
        self.cells: dict[tuple[str, int], Cell] = {}
        self._step = window.step
        self._brief = tuple(name for name in detector.brief if name not in window.by)
        if len(detector.sources) > 1:
            self._brief += ("source",)
        self._known = known

    def add(self, counted: Counted, time: float, sequence_number: int, place: int, record: Deferred) -> None:
        """Counts a record. A value that its row already holds changes nothing and is not counted again."""
        bucket = max(int(time) // self._step, 0)
        key, value = counted
        if len(key) > LONGEST_KEY:
            key = key[:200] + "~" + value_digest(key)
        if value is not None and self._known(self.detector.id, key, bucket, value):
            return
        cell = self.cells.get((key, bucket))
        if cell is None:
            cell = self.cells[key, bucket] = Cell(key, bucket)
        cell.marks.append(Mark(sequence_number, place, time, value, record))

    def fields(self, marks: Sequence[Mark], nearing: bool) -> dict[str, str]:
        """Fields in which the records agree: all that alerts carry where a row nears the threshold, else the brief."""
        if not nearing:
            return marks[0].record.brief(self._brief) if self._brief else {}
        found: dict[str, str] | None = None
        for mark in marks[:_SAMPLED_EVENTS]:
            event = mark.record.event()
            fields = {**fields_of(event, self.detector.carried), "source": event.source}
            found = fields if found is None else agreed(found, fields)
        return found or {}


def counted_in(event: Event, window: Window) -> Counted | None:
    """What `window` counts of a record; None where the key or the value is missing: it counts nowhere then."""
    parts = [event.folded(name) for name in window.by]
    value = event.folded(window.of) if window.of else None
    if None in parts or (window.of and value is None):
        return None
    return Counted(_joined(parts), value)


def head_counter(shape: Shape, window: Window) -> Callable[[Head], Counted] | None:
    """As `counted_in`, from a head alone; None where a head cannot tell. It raises NotQuick where this one cannot."""
    quick = [shape.quick.get(name) for name in window.by]
    of = shape.quick.get(window.of) if window.of else None
    if None in quick or (window.of and of is None) or not shape.timed:
        return None
    getters = [getter for getter in quick if getter is not None]
    if len(getters) == 1:
        (only,) = getters
        if of is None:
            return lambda head: Counted(fold(only(head)) or "", None)
        return lambda head: Counted(fold(only(head)) or "", fold(of(head)))
    return lambda head: Counted(
        _joined([fold(getter(head)) for getter in getters]), fold(of(head)) if of else None
    )


def _joined(parts: Sequence[str | None]) -> str:
    """The parts of a key as one text; a separator within a part is none."""
    if len(parts) == 1:
        return parts[0] or ""
    return "\x1f".join((part or "").replace("\x1f", " ") for part in parts)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A row's content: what one hub partition counted for a key in one step of time."""

    sequence_number: int
    count: int
    first: float  # seconds since 1970, as `last`
    last: float
    values: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


def value_digest(value: str) -> str:
    """A value that is counted once, in 12 characters: rows stay small whatever the value."""
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()[:16]


def fold_cell(bucket: Bucket | None, cell: Cell, contributions: Contributions, owner: str) -> Bucket | None:
    """`bucket` after the marks of `cell` it has not counted yet; None where it has counted all of them.

    `owner` names hub and partition, for references to the records.
    """
    window = contributions.window
    marks = cell.marks
    if bucket is not None:
        marks = [mark for mark in marks if mark.sequence_number > bucket.sequence_number]
        if not marks:
            return None
    values, shown = (list(bucket.values), list(bucket.shown)) if bucket else ([], [])
    if window.of is not None:
        known = set(values)
        for mark in marks:
            digest = value_digest(mark.value or "")
            if digest not in known and len(values) < LARGEST_DISTINCT:
                known.add(digest)
                values.append(digest)
                if len(shown) < _SHOWN_VALUES:
                    shown.append((mark.value or "")[:128])
    count = (bucket.count if bucket else 0) + len(marks)
    amount_now = len(values) if window.of else count
    fields = contributions.fields(marks, nearing=amount_now > 1 and amount_now * 2 >= window.threshold)
    room = MOST_REFERENCES - (len(bucket.references) if bucket else 0)
    references = [f"{owner}/{mark.sequence_number}/{mark.place}" for mark in marks[: max(room, 0)]]
    times = [mark.time for mark in marks]
    if bucket is not None:
        times += (bucket.first, bucket.last)
        fields = reconciled(bucket.fields, fields)
    return Bucket(
        sequence_number=max(mark.sequence_number for mark in marks),
        count=count,
        first=min(times),
        last=max(times),
        values=tuple(values),
        shown=tuple(shown),
        references=(*(bucket.references if bucket else ()), *references),
        fields=fields,
    )


@dataclass(frozen=True, slots=True)
class Crossing:
    """A key past its threshold: the step in which it crossed, and the buckets of the window that ends there."""

    key: str
    step: int
    seen: int
    buckets: tuple[Bucket, ...]


def judge(
    window: Window,
    key: str,
    buckets: Mapping[int, Iterable[Bucket]],
    episodes: Iterable[int],
    cover: int,
    only: int | None = None,
) -> list[Crossing]:
    """The episodes of a key that are not among `episodes` (the steps at which known ones began).

    A step is hot when the window that ends with it reaches the threshold. An episode covers every hot step within
    `cover` steps of its beginning, before or after, so that late records do not begin it again. With `only`, the
    one window that ends at that step, whatever it has come to.
    """
    rows = {step: tuple(found) for step, found in buckets.items()}
    begun = list(episodes)
    crossings: list[Crossing] = []
    for step in sorted(rows) if only is None else [only]:
        if any(abs(step - other) < cover for other in begun):
            continue
        inside = tuple(
            bucket for earlier in range(step - window.steps + 1, step + 1) for bucket in rows.get(earlier, ())
        )
        seen = amount(window, inside)
        if seen >= window.threshold:
            begun.append(step)
            crossings.append(Crossing(key, step, seen, inside))
    return crossings


def amount(window: Window, buckets: Iterable[Bucket]) -> int:
    """What the buckets come to: records, or different values."""
    if window.of is None:
        return sum(bucket.count for bucket in buckets)
    return len({value for bucket in buckets for value in bucket.values})


def latest_amount(window: Window, buckets: Mapping[int, Iterable[Bucket]]) -> int:
    """What the window that ends with the latest step comes to."""
    last = max(buckets, default=0)
    return amount(
        window, (b for step in range(last - window.steps + 1, last + 1) for b in buckets.get(step, ()))
    )


def bucket_values(bucket: Bucket) -> list[Any]:
    """A bucket as the JSON document of its row: a list, because there are many."""
    return [
        bucket.count,
        bucket.first,
        bucket.last,
        bucket.values,
        bucket.shown,
        bucket.references,
        bucket.fields,
    ]


def bucket_from(values: Sequence[Any], sequence_number: int) -> Bucket:
    """The bucket that a row's JSON document holds."""
    count, first, last, digests, shown, references, fields = values
    return Bucket(
        sequence_number,
        int(count),
        float(first),
        float(last),
        tuple(digests),
        tuple(shown),
        tuple(references),
        fields,
    )
