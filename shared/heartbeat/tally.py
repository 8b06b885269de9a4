"""Count a batch: which source spoke in which hour, how much, when first and last, how late.

Combined in memory, one entry a source and hour, kept apart by message so that a row can leave out what it has
already counted. The common case (a group of records of one tenant and category within one hour) is counted
without touching the records one by one; what a record is counted as follows from its head in either case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from shared.events.decode import Group
from shared.events.event import Event
from shared.events.message import Message
from shared.events.paths import Record, walk
from shared.events.shape import Head
from shared.events.source import Source
from shared.events.times import parse_time, utc_seconds
from shared.heartbeat.entity import LONGEST_NAME, Entity, entity_of

_tenant_and_category = attrgetter("tenant", "category")
_category_of = attrgetter("category")
_tenant_of = attrgetter("tenant")
_time_of = attrgetter("time")

_zone = itemgetter(slice(-6, None))
_first_of = itemgetter(0)

_MOST_REMEMBERED = 20_000
_FARTHEST_HOURS = 24
_entities: dict[Any, Entity] = {}


class Part(NamedTuple):
    """What one message says about one source in one hour; times in seconds since 1970."""

    sequence_number: int
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody calls
    first: float
    last: float
    enqueued: float


@dataclass(slots=True)
class Tally:
    """Counts of one batch by source and hour of the event time (UTC, as hours since 1970).

    What claims to have happened more than a day away from its arrival is counted in the hour of its arrival: its
    source has spoken, whatever its clock says.
    """

    parts: dict[tuple[Entity, int], list[Part]] = field(default_factory=dict)
    untimed: int = 0
    unreadable: int = 0

    def take_group(self, group: Group, message: Message) -> None:
        """Counts heads of one source from one message."""
        source, heads = group.shape.source, group.heads
        who = _speaker(source)
        speakers = list(map(who, heads))
        try:
            counts = _counts(speakers)
        except TypeError:  # a tenant that is an object
            speakers = list(map(_hashable(who), heads))
            counts = _counts(speakers)
        times = list(map(_time_of, heads))
        enqueued = message.enqueued_time.timestamp()
        for speaker, span in _spans(counts, speakers, times).items():
            entity = _entity(source, speaker)
            if span is not None:
                self._add(entity, span[0], span[1], counts[speaker], message.sequence_number, enqueued)
                continue
            for place, index in enumerate(group.indexes):
                if speakers[place] == speaker:
                    time = parse_time(times[place]) or _time_in(group.load(index), source)
                    self._take(entity, time, message)

    def take_event(self, event: Event, message: Message) -> None:
        """Counts a carefully read record."""
        source, record = event.declaration, event.record
        tenant, category = (walk(record, (name,)) for name in (source.head.tenant, source.head.category))
        time = parse_time(walk(record, (source.head.time,))) or _time_in(record, source)
        self._take(entity_of(source, tenant, category), time, message)

    def _take(self, entity: Entity, time: datetime | None, message: Message) -> None:
        enqueued = message.enqueued_time.timestamp()
        if time is None:
            self.untimed += 1
        moment = enqueued if time is None else time.timestamp()
        self._add(entity, moment, moment, 1, message.sequence_number, enqueued)

    def _add(
        self, entity: Entity, first: float, last: float, count: int, sequence_number: int, enqueued: float
    ) -> None:
        hour, arrival = int(last) // 3600, int(enqueued) // 3600
        if abs(hour - arrival) > _FARTHEST_HOURS:
            hour = arrival
        parts = self.parts.get((entity, hour))
        if parts is None:
            parts = self.parts[entity, hour] = []
        elif parts[-1].sequence_number == sequence_number:
            known = parts.pop()
            first, last, count = min(first, known.first), max(last, known.last), count + known.count
        parts.append(Part(sequence_number, count, first, last, enqueued))


def _speaker(source: Source) -> Callable[[Head], Any]:
    """What tells the entities of a source apart in its heads."""
    if source.dynamic:
        return _category_of
    return _tenant_and_category if source.categories else _tenant_of


def _hashable(who: Callable[[Head], Any]) -> Callable[[Head], Any]:
    """As `who`, with None for what is no text."""

    def text(value: Any) -> str | None:
        return value if isinstance(value, str) else None

    def told(head: Head) -> Any:
        found = who(head)
        return tuple(map(text, found)) if isinstance(found, tuple) else text(found)

    return told


def _time_in(record: Record, source: Source) -> datetime | None:
    return next((moment for path in source.time_paths if (moment := parse_time(walk(record, path)))), None)


def _entity(source: Source, speaker: Any) -> Entity:
    known = _entities.get((source.id, speaker))
    if known is None:
        if source.dynamic:
            known = entity_of(source, None, speaker)
        else:
            known = entity_of(source, *(speaker if source.categories else (speaker, None)))
        if len(_entities) >= _MOST_REMEMBERED:
            _entities.clear()
        if len(str(speaker)) <= 4 * LONGEST_NAME:
            _entities[source.id, speaker] = known
    return known


def _counts(speakers: Sequence[Any]) -> Mapping[Any, int]:
    """How many records each speaker has; mostly there is but one."""
    different = set(speakers)
    return dict.fromkeys(different, len(speakers)) if len(different) == 1 else Counter(speakers)


def _spans(
    counts: Mapping[Any, int], speakers: Sequence[Any], times: Sequence[Any]
) -> dict[Any, tuple[float, float] | None]:
    """First and last (to a second) by speaker; None where times do not lie in one hour or are not written alike."""
    whole = _span(times)
    if len(counts) == 1:
        return dict.fromkeys(counts, whole)
    if whole is None:
        apart: dict[Any, list[Any]] = {speaker: [] for speaker in counts}
        for speaker, time in zip(speakers, times, strict=True):
            apart[speaker].append(time)
        return {speaker: _span(found) for speaker, found in apart.items()}
    firsts: dict[Any, str] = {}
    lasts: dict[Any, str] = {}
    for time, speaker in sorted(zip(times, speakers, strict=True), key=_first_of):
        firsts.setdefault(speaker, time)
        lasts[speaker] = time
    return {speaker: _between(first, lasts[speaker]) for speaker, first in firsts.items()}


def _span(times: Sequence[Any]) -> tuple[float, float] | None:
    """First and last (to a second) of times that lie in one hour and are written alike, else None."""
    try:
        least, most = min(times), max(times)
        if least[:13] != most[:13] or least[10] != "T":  # the same hour: every text between them shares it
            return None
        if not _all_utc(times) and (len(set(map(_zone, times))) > 1 or least[-6] not in "+-"):
            return None
    except (TypeError, LookupError):
        return None
    return _between(least, most)


def _between(least: str, most: str) -> tuple[float, float] | None:
    first = utc_seconds(least)
    last = first if most == least else utc_seconds(most)
    if first is None or last is None or int(first) // 3600 != int(last) // 3600:
        return None
    return (first, last) if first <= last else (last, first)


def _all_utc(times: Sequence[str]) -> bool:
    """Whether every text ends in Z: two counts over all of them together, not a look at each."""
    lines = "\n".join(times) + "\n"
    return lines.count("\n") == lines.count("Z\n") == len(times)
