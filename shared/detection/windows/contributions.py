"""Windows as values: what the records of a batch contribute, and rows after they are counted.

Pure functions; `window_store.py` reads and writes. A row belongs to one key, one step of time and one hub
partition, and carries the sequence number up to which it has counted: counting a record again changes nothing.
Judgement is on the state alone: the buckets of a key give its episodes, whoever asks and however often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from shared.detection.detector import Detector
from shared.detection.finding import MOST_REFERENCES, agreed, fields_of, reconciled
from shared.detection.windows._listening import IDENTITY
from shared.detection.windows._sketch import digest_of
from shared.detection.windows.bucket import Bucket, Crossing
from shared.detection.windows.marks import NOTHING_SAID, Cell, Counted, Deferred, Mark
from shared.detection.windows.window import Window
from shared.events.event import Event

LONGEST_KEY = 1024
"""Characters of a key; a longer one is cut and told apart by its digest."""

_SAMPLED_EVENTS = 5
"""How many records of a batch are asked for all their entity fields, in a row that nears the threshold."""

Known = Callable[[str, str, int, str, float], bool]
"""Whether a value (detector, key, step, value, time) is known to stand in a row already."""


class Contributions:
    """What the records of one batch contribute to the windows of one detector, combined in memory.

    identified: what is counted are findings, which are told apart by their identity and not by sequence numbers.
    """

    def __init__(self, detector: Detector, window: Window, known: Known, *, identified: bool = False) -> None:
        self.detector = detector
        self.window = window
        self.identified = identified
        self.cells: dict[tuple[str, int], Cell] = {}
        self._step = window.step
        self.shown_fields = _shown_fields(detector)
        """The fields that a row keeps of a record."""
        self._known = known if window.remembers else None

    def add(
        self,
        counted: Counted,
        time: float,
        sequence_number: int,
        place: int,
        record: Deferred,
        said: Mapping[str, str] | None = None,
    ) -> None:
        """Counts a record. A value that its row already holds changes nothing and is not counted again."""
        key, value = counted
        bucket = int(time) // self._step if time > 0 else 0
        if len(key) > LONGEST_KEY:
            key = f"{key[:200]}~{digest_of(key).hex()}"
        if (
            self._known is not None
            and value is not None
            and self._known(self.detector.id, key, bucket, value, time)
        ):
            return
        mark = Mark(sequence_number, place, time, value, record, said)
        name = (key, bucket)
        cell = self.cells.get(name)
        if cell is None:
            self.cells[name] = Cell(key, bucket, [mark])
        else:
            cell.marks.append(mark)

    def reference(self, mark: Mark, owner: str) -> str:
        """Where the record of a mark is found: hub, partition, sequence number, place; or which finding it is."""
        if self.identified:
            return str(mark.record.event().get(IDENTITY))
        return f"{owner}/{mark.sequence_number}/{mark.place}"

    def shown(self, marks: Sequence[Mark]) -> Mapping[str, str]:
        """What the title needs of one record."""
        said = marks[0].said
        return (
            said
            if said is not None
            else marks[0].record.fields(self.shown_fields)
            if self.shown_fields
            else NOTHING_SAID
        )

    def carried(self, events: Iterable[Event]) -> dict[str, str]:
        """The fields in which the records agree, of all that alerts carry."""
        found: dict[str, str] | None = None
        for event in events:
            fields = {**fields_of(event, self.detector.carried), "source": event.source}
            found = fields if found is None else agreed(found, fields)
        return found or {}


@lru_cache(maxsize=4096)
def _shown_fields(detector: Detector) -> tuple[str, ...]:
    return detector.shown_fields


def fold_cell(bucket: Bucket | None, cell: Cell, contributions: Contributions, owner: str) -> Bucket | None:
    """`bucket` after the marks of `cell` it has not counted yet; None where nothing is new to it.

    `owner` names hub and partition, for references to the records.
    """
    window = contributions.window
    marks: Sequence[Mark] = cell.marks
    if bucket is None and len(marks) == 1:  # by far most rows
        return _first(marks, contributions, owner)
    if bucket is not None and not contributions.identified:
        marks = [mark for mark in marks if mark.sequence_number > bucket.sequence_number]
    content, fresh = window.take(bucket.content if bucket else None, marks) if marks else (None, marks)
    if not fresh:
        return None
    times = [mark.time for mark in fresh]
    before: tuple[str, ...] = ()
    count = len(fresh)
    if bucket is not None:
        times += (bucket.first, bucket.last)
        before = bucket.references
        count += bucket.count
    highest = max([mark.sequence_number for mark in marks]) if len(marks) > 1 else marks[0].sequence_number
    plain = Bucket(highest, count, min(times), max(times), content)
    room = MOST_REFERENCES if window.newest else MOST_REFERENCES - len(before)
    shown = (fresh[-room:] if window.newest else fresh[:room]) if room > 0 else ()
    references = [contributions.reference(mark, owner) for mark in shown]
    if window.nearing(plain):
        sampled = fresh[-1:] if window.replaces_fields else fresh[:_SAMPLED_EVENTS]
        if bucket is not None and len(sampled) > 2 and window.nearing(bucket):
            sampled = (fresh[0], fresh[-1])  # enough were asked when it began to near
        events = [mark.record.event() for mark in sampled]
        fields: Mapping[str, str] = contributions.carried(events)
        references = [_with_id(reference, sampled, events) for reference in references]
    else:
        fields = contributions.shown(fresh[-1:] if window.replaces_fields else fresh)
    if bucket is not None and not window.replaces_fields:
        fields = reconciled(bucket.fields, fields)
    return Bucket(
        plain.sequence_number,
        plain.count,
        plain.first,
        plain.last,
        content,
        (*before, *references)[-MOST_REFERENCES:] if window.newest else (*before, *references),
        fields,
    )


def _first(marks: Sequence[Mark], contributions: Contributions, owner: str) -> Bucket | None:
    """The bucket of one record, as `fold_cell` makes it of many."""
    mark, window = marks[0], contributions.window
    content, fresh = window.take(None, marks)
    if not fresh:
        return None
    number, time = mark.sequence_number, mark.time
    reference = contributions.reference(mark, owner)
    bucket = Bucket(number, 1, time, time, content, (reference,), contributions.shown(marks))
    if not window.nearing(bucket):
        return bucket
    events = [mark.record.event()]
    references = (_with_id(reference, marks, events),)
    return Bucket(number, 1, time, time, content, references, contributions.carried(events))


def _with_id(reference: str, marks: Sequence[Mark], events: Sequence[Event]) -> str:
    """A reference with the record's own id, where the record was looked at and has one."""
    for mark, event in zip(marks, events, strict=True):
        if reference.endswith(f"/{mark.sequence_number}/{mark.place}") and event.record_id:
            return f"{reference} {str(event.record_id)[:100]}"
    return reference


def new_episodes(
    crossings: Iterable[Crossing], begun: Iterable[tuple[int, str]], cover: int, most: int
) -> list[Crossing]:
    """The crossings that begin an episode, when those in `begun` (step, label) have begun already.

    An episode covers every crossing of its label within `cover` steps of its beginning, before or after, so that
    late records do not begin it again. There are never more than `most`: further ones are left out.
    """
    known: dict[str, list[int]] = {}
    total = 0
    for step, label in begun:
        known.setdefault(label, []).append(step)
        total += 1
    found: list[Crossing] = []
    for crossing in crossings:
        steps = known.setdefault(crossing.label, [])
        if total < most and not any(abs(crossing.step - other) < cover for other in steps):
            steps.append(crossing.step)
            total += 1
            found.append(crossing)
    return found


def resumed(crossings: Sequence[Crossing], lost: Iterable[tuple[int, str]], cover: int) -> list[Crossing]:
    """What to tell again of episodes (step, label) that were begun and whose alert may have been lost in a crash.

    Late records may have moved the crossing that began one, or put another in its place. Then the nearest that the
    episode covers stands for it, under the episode's own step, by which its alert is known.
    """
    found: list[Crossing] = []
    for step, label in lost:
        covered = [one for one in crossings if one.label == label and abs(one.step - step) < cover]
        if covered:
            nearest = min(covered, key=lambda one: (abs(one.step - step), one.step))
            found.append(replace(nearest, step=step))
    return found
