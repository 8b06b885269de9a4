"""Count a batch: which source spoke in which hour of its arrival, how much, when first and last, how far off its clock.

Combined in memory, one entry a source and hour, kept apart by message so that a row can leave out what it has
already counted. The common case (a group of records of one tenant and category within one hour) is counted
without touching the records one by one; what a record is counted as follows from its head in either case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from shared.events.event import Event
from shared.events.message import Message, Origin
from shared.events.paths import Record, walk
from shared.events.reading.decoder import Group
from shared.events.source_definition import Source
from shared.events.times import parse_time, utc_seconds
from shared.heartbeat._speakers import Speaker, speakers_of
from shared.heartbeat.dimension import NONE, Dimensions
from shared.heartbeat.entity import UNREADABLE, Entity, entity_of
from shared.heartbeat.judgement.observation import FUTURE_SECONDS, PAST_SECONDS

_time_of = attrgetter("time")
_zone = itemgetter(slice(-6, None))
_first_of = itemgetter(0)


class Sample(NamedTuple):
    """A record that was counted, by where it can be had: `load(place)`. Heads are not kept, they are many."""

    source: Source
    load: Callable[[int], Record]
    place: int


class Part(NamedTuple):
    """What one message says about one source; times in seconds since 1970.

    first, last: of the records whose clocks are right, the arrival where none is. ahead, behind, untimed: how many
    came from the future, from the past, and without a readable time. bad: parts of the body that could not be read.
    sample: one of its records, to be loaded by `_sample.py` if it wants to look at it.
    """

    sequence_number: int
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody calls
    first: float
    last: float
    enqueued: float
    ahead: int = 0
    behind: int = 0
    untimed: int = 0
    bad: int = 0
    sample: Sample | Event | None = None

    def together(self, other: Part) -> Part:
        """Two parts of one message; one without a record of a right clock says nothing of first and last."""
        spans = [part for part in (self, other) if part.count > part.ahead + part.behind + part.untimed]
        sampled = self if self.sample is not None else other
        return Part(
            self.sequence_number,
            self.count + other.count,
            min((part.first for part in spans), default=self.first),
            max((part.last for part in spans), default=self.last),
            self.enqueued,
            self.ahead + other.ahead,
            self.behind + other.behind,
            self.untimed + other.untimed,
            self.bad + other.bad,
            sampled.sample,
        )


@dataclass(slots=True)
class Tally:
    """Counts of one batch by source and hour of arrival (UTC, as hours since 1970).

    By arrival, because that is the one clock that runs forward within a hub partition and that no sender can set:
    when a source spoke is certain, whatever its clock says.
    """

    parts: dict[tuple[Entity, int], list[Part]] = field(default_factory=dict)
    untimed: int = 0
    unreadable: int = 0
    dimensions: Dimensions = NONE

    def take_group(self, group: Group, message: Message) -> None:
        """Counts heads of one source from one message."""
        source, heads = group.head_decoder.source, group.heads
        if source.id in self.dimensions.by_source:
            self._take_by_dimension(group, message)
            return
        speakers = speakers_of(source, heads)
        times = list(map(_time_of, heads))
        enqueued = message.enqueued_time.timestamp()
        different = set(speakers)
        if len(different) == 1:
            counts: Mapping[Speaker, int] = {speakers[0]: len(heads)}
            begins: Mapping[Speaker, int] = {speakers[0]: group.indexes[0]}
        else:
            counts = Counter(speakers)
            begins = dict(zip(reversed(speakers), reversed(group.indexes), strict=True))
        for speaker, span in _spans(counts, speakers, times).items():
            if (
                span is not None
                and span[1] - enqueued <= FUTURE_SECONDS
                and enqueued - span[0] <= PAST_SECONDS
            ):
                number, count = message.sequence_number, counts[speaker]
                sample = Sample(source, group.load, begins[speaker])
                self._add(speaker.entity, Part(number, count, span[0], span[1], enqueued, 0, 0, 0, 0, sample))
            else:
                places = [place for place, other in enumerate(speakers) if other is speaker]
                self._take_places(speaker.entity, group, places, message)

    def _take_by_dimension(self, group: Group, message: Message) -> None:
        origin = Origin("", "", message.sequence_number, 0, message.enqueued_time)
        value = self.dimensions.of_heads(group, origin)
        source = group.head_decoder.source
        places: dict[Entity, list[int]] = {}
        for place, head in enumerate(group.heads):
            dimension = value(place) if value is not None else ""
            places.setdefault(entity_of(source, head.tenant, head.category, dimension), []).append(place)
        for entity, own in places.items():
            self._take_places(entity, group, own, message)

    def _take_places(self, entity: Entity, group: Group, places: Sequence[int], message: Message) -> None:
        source = group.head_decoder.source
        times = [
            parse_time(group.heads[place].time) or _time_in(group.load(group.indexes[place]), source)
            for place in places
        ]
        self._take(entity, times, message, Sample(source, group.load, group.indexes[places[0]]))

    def take_event(self, event: Event, message: Message) -> None:
        """Counts a record of the slow path."""
        source, record = event.declaration, event.record
        tenant, category = (walk(record, (name,)) for name in (source.head.tenant, source.head.category))
        time = parse_time(walk(record, (source.head.time,))) or _time_in(record, source)
        entity = entity_of(source, tenant, category, self.dimensions.of_event(event))
        self._take(entity, [time], message, event)

    def take_unreadable(self, count: int, source: str, message: Message) -> None:
        """Counts what could not be read of a message; `source`: the id it was probably of, '' where nothing tells."""
        self.unreadable += count
        enqueued = message.enqueued_time.timestamp()
        entity = self._spoke_in(message) or Entity(source or UNREADABLE, "", "")
        self._add(entity, Part(message.sequence_number, 0, enqueued, enqueued, enqueued, bad=count))

    def _spoke_in(self, message: Message) -> Entity | None:
        """The source of the records that could be read of a message: what could not be is probably its, too."""
        hour = int(message.enqueued_time.timestamp()) // 3600
        spoke = (
            entity
            for (entity, at), parts in reversed(self.parts.items())
            if at == hour and parts[-1].sequence_number == message.sequence_number and parts[-1].count
        )
        return min(spoke, default=None)

    def _take(
        self,
        entity: Entity,
        times: Iterable[datetime | None],
        message: Message,
        sample: Sample | Event,
    ) -> None:
        """Counts records one by one, to count those with a wrong clock apart."""
        enqueued = message.enqueued_time.timestamp()
        usual: list[float] = []
        ahead = behind = untimed = 0
        for time in times:
            if time is None:
                untimed += 1
                continue
            moment = time.timestamp()
            if moment - enqueued > FUTURE_SECONDS:
                ahead += 1
            elif enqueued - moment > PAST_SECONDS:
                behind += 1
            else:
                usual.append(moment)
        self.untimed += untimed
        first, last = (min(usual), max(usual)) if usual else (enqueued, enqueued)
        count = len(usual) + ahead + behind + untimed
        number = message.sequence_number
        self._add(entity, Part(number, count, first, last, enqueued, ahead, behind, untimed, 0, sample))

    def _add(self, entity: Entity, part: Part) -> None:
        where = (entity, int(part.enqueued) // 3600)
        parts = self.parts.get(where)
        if parts is None:
            self.parts[where] = [part]
        elif parts[-1].sequence_number == part.sequence_number:
            parts[-1] = parts[-1].together(part)
        else:
            parts.append(part)


def _time_in(record: Record, source: Source) -> datetime | None:
    return next((moment for path in source.time_paths if (moment := parse_time(walk(record, path)))), None)


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
    in_order = sorted(times)
    if in_order != times:  # records mostly stand in the order of their times
        speakers = [speaker for _, speaker in sorted(zip(times, speakers, strict=True), key=_first_of)]
    firsts = dict(zip(reversed(speakers), reversed(in_order), strict=True))
    lasts = dict(zip(speakers, in_order, strict=True))
    return {speaker: _between(firsts[speaker], last) for speaker, last in lasts.items()}


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
