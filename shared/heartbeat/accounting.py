"""What a heartbeat row holds, and how the parts of a batch are added to it. Pure; `heartbeat_rows.py` reads and writes.

A row is what one hub partition counted for one source in one hour of arrival. It depends only on the
messages and their order, so counting them twice, in other batches or after a crash gives the same row. Zeros are left
out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite
from operator import attrgetter
from typing import Final

from shared.heartbeat._sample import SKETCH_BYTES, Look, distinct_in
from shared.heartbeat.entity import Entity
from shared.heartbeat.judgement.observation import LAG_BOUNDS, LAG_BUCKETS, SLOT, SLOTS, Hour
from shared.heartbeat.tally import Part
from shared.storage import RowValue

_EVERY_MINUTE: Final = (1 << 60) - 1
MOST_SHAPES: Final = 8
MOST_MISSING: Final = 40

_count_of, _enqueued_of = attrgetter("count"), attrgetter("enqueued")
_first_of, _last_of = attrgetter("first"), attrgetter("last")
_ODD: Final = tuple((name, attrgetter(name)) for name in ("ahead", "behind", "untimed", "bad"))

RowValues = Mapping[str, RowValue]
Looking = Callable[[Part], Look | None]
"""Looks at a part's sample; None where it has none."""


def numbers(text: RowValue | None, length: int) -> list[int]:
    """The whole numbers in a row's text, `length` of them: zero for what is not there, negative or no number."""
    parts = str(text).split(",") if text else []
    if len(parts) == length and "".join(parts).isdecimal() and "" not in parts:
        return list(map(int, parts))
    found = [int(part) if part.isdecimal() else 0 for part in parts][:length]
    return found + [0] * (length - len(found))


def whole(value: RowValue | None) -> int:
    """A count of a row: zero where it is missing, negative or no number, so that a damaged row adds nothing."""
    return max(0, int(value)) if isinstance(value, int | float) and isfinite(value) else 0


def is_sound(values: RowValues) -> bool:
    """Whether a row says what it has counted; one that does not is damaged, and begun again."""
    return type(values.get("seq")) is int and isinstance(values.get("enqueued"), float)


def counts_of(text: RowValue | None) -> Counter[str]:
    """Counts by name, as `written` makes them."""
    found: Counter[str] = Counter()
    for part in str(text).split("|") if text else ():
        name, _, count = part.rpartition("=")
        if name and count.isdecimal():
            found[name] += int(count)
    return found


def written(counts: Mapping[str, int], most: int) -> str:
    """Counts by name as text, the highest first, at most `most` of them."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return "|".join(f"{name}={count}" for name, count in ordered[:most])


def added(
    known: RowValues | None,
    entity: Entity,
    hour: int,
    parts: Sequence[Part],
    processed: float | None,
    look: Looking,
) -> dict[str, RowValue] | None:
    """The row with `parts` added to it; None where all of them are in it already."""
    if known is not None and not is_sound(known):
        known = None
    new, epoch = _uncounted(known, parts)
    if not new:
        return None
    before = known or {}
    slots = numbers(before.get("slots"), SLOTS)
    lags = numbers(before.get("lags"), LAG_BUCKETS)
    minutes = whole(before.get("minutes"))
    looks = _Looks(before)
    for part in new:
        _, count, first, last, enqueued, ahead, behind, untimed, _, sample = part
        second = int(enqueued) % 3600
        slot = second // SLOT
        if sample is not None and not slots[slot]:
            looks.take(look(part))
        if count:
            slots[slot] += count
            minutes |= 1 << second // 60
            _spread(count - ahead - behind - untimed, enqueued - last, enqueued - first, lags)
    arrivals = max(map(_enqueued_of, new))
    timed = [part for part in new if part.count]
    values: dict[str, RowValue] = {
        "entity": entity.text(),
        "hour": hour,
        "seq": new[-1].sequence_number,
        "count": sum(map(_count_of, new)) + whole(before.get("count")),
        "first": min([*map(_first_of, timed or new), *_known(before, "first")]),
        "last": max([*map(_last_of, timed or new), *_known(before, "last")]),
        "enqueued": max([arrivals, *_known(before, "enqueued")]),
        "processed": processed if processed is not None else arrivals,
        "lag": max(0.0, new[-1].enqueued - new[-1].last),
        "slots": ",".join(map(str, slots)),
        "minutes": minutes,
        "lags": ",".join(map(str, lags)),
    }
    for name, odd_of in _ODD:
        count = sum(map(odd_of, new)) + whole(before.get(name))
        if count:
            values[name] = count
    if epoch:
        values["epoch"] = epoch
    return values | looks.values()


def _uncounted(known: RowValues | None, parts: Sequence[Part]) -> tuple[list[Part], int]:
    """The parts that are not in the row yet, and how often the hub partition has begun to number anew.

    A lower number than was counted, in a message that arrived later, is that of a hub that was made again; what is
    delivered again has a lower number as well, but arrived before.
    """
    if known is None:
        return list(parts), 0
    number, newest, epoch = int(known["seq"]), float(known["enqueued"]), whole(known.get("epoch"))
    new: list[Part] = []
    for part in parts:
        if part.sequence_number <= number:
            if part.enqueued <= newest:
                continue
            epoch += 1
        new.append(part)
        number, newest = part.sequence_number, max(newest, part.enqueued)
    return new, epoch


def _known(before: RowValues, name: str) -> list[float]:
    value = before.get(name)
    return [float(value)] if isinstance(value, int | float) and isfinite(value) else []


def _spread(count: int, low: float, high: float, lags: list[int]) -> None:
    """Adds records to the histogram. Between the least and the greatest lag they are taken to lie evenly."""
    if count <= 0:
        return
    first = bisect_left(LAG_BOUNDS, low)
    last = first if count == 1 else bisect_left(LAG_BOUNDS, high, first)
    if first == last:
        lags[first] += count
        return
    done = 0
    for bucket in range(first, last):
        within = int((LAG_BOUNDS[bucket] - low) / (high - low) * (count - 1)) + 1
        lags[bucket] += within - done
        done = within
    lags[last] += count - done


class _Looks:
    """What samples have shown so far."""

    def __init__(self, before: RowValues) -> None:
        self._sampled = whole(before.get("sampled"))
        self._missing = counts_of(before.get("missing"))
        self._shapes = counts_of(before.get("shapes"))
        sketch = before.get("reporters")
        self._sketch = int.from_bytes(sketch[:SKETCH_BYTES], "big") if isinstance(sketch, bytes) else 0
        self._reporter = str(before.get("reporter", ""))

    def take(self, look: Look | None) -> None:
        if look is None:
            return
        self._sampled += 1
        self._missing.update(look.missing)
        if look.shape in self._shapes or len(self._shapes) < MOST_SHAPES:
            self._shapes[look.shape] += 1
        self._sketch |= look.sketch
        self._reporter = look.reporter or self._reporter

    def values(self) -> dict[str, RowValue]:
        if not self._sampled:
            return {}
        found: dict[str, RowValue] = {"sampled": self._sampled, "shapes": written(self._shapes, MOST_SHAPES)}
        if self._missing:
            found["missing"] = written(self._missing, MOST_MISSING)
        if self._sketch:
            found["reporters"] = self._sketch.to_bytes(SKETCH_BYTES, "big")
        if self._reporter:
            found["reporter"] = self._reporter
        return found


def hour_of(values: RowValues, needed: Iterable[str]) -> Hour:
    """A row as judgement reads it; `needed`: the fields that were looked for in its samples."""
    sampled = whole(values.get("sampled"))
    missing = counts_of(values.get("missing"))
    sketch = values.get("reporters")
    return Hour(
        slots=tuple(numbers(values.get("slots"), SLOTS)),
        minutes=whole(values.get("minutes")) & _EVERY_MINUTE,
        lags=tuple(numbers(values.get("lags"), LAG_BUCKETS)),
        future=whole(values.get("ahead")),
        past=whole(values.get("behind")),
        undecoded=whole(values.get("bad")),
        sampled=sampled,
        filled={name: max(0, sampled - missing[name]) for name in needed} if sampled else {},
        shapes=dict(counts_of(values.get("shapes"))),
        reporters=distinct_in(int.from_bytes(sketch[:SKETCH_BYTES], "big"))
        if isinstance(sketch, bytes)
        else 0,
    )
