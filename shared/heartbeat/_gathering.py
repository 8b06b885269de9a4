"""Merges the heartbeats of all hub partitions with the stored state of each entity, one entity at a time.

The rows of an hour and the states are both sorted by entity, so they are merged while they are read: a check of a
hundred thousand entities holds one of them in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Final

from shared.heartbeat.accounting import hour_of
from shared.heartbeat.entity import kind_of
from shared.heartbeat.heartbeat_rows import Beat, Heartbeats
from shared.heartbeat.judgement.observation import HOUR, Hour, Observation, together
from shared.heartbeat.state import STATE, TABLE, EntityRow
from shared.storage import Row, Store

FEW_HOURS: Final = 8
"""So many hours are merged as they are read; more, after a long pause of the watch, are gathered first."""
MOST_ROWS: Final = 200_000
"""So many rows of heartbeats are gathered, some 300 MB."""


@dataclass(slots=True)
class Gathered:
    """What came of one entity lately, and what was known of it before."""

    known: EntityRow
    hours: dict[int, Hour] = field(default_factory=dict)

    def observed(self, now: float, behind: float) -> Observation:
        """It as judgement reads it."""
        known = self.known
        return Observation(now, self.hours, known.first, known.last, known.event, behind)


def bounded(heartbeats: Heartbeats, hours: range) -> range:
    """Of hours that a check would make up for, the newest whose rows fit into memory, as many as the last one has."""
    if len(hours) <= FEW_HOURS:
        return hours
    rows = max(heartbeats.rows_in(hours.stop - 3), 1)
    return range(max(hours.start, hours.stop - max(FEW_HOURS, MOST_ROWS // rows)), hours.stop)


def gathered(store: Store, heartbeats: Heartbeats, hours: range) -> Iterator[Gathered]:
    """Every entity that is known or spoke in `hours`, in the order of their keys."""
    rows = store.query(TABLE, STATE)
    streams: list[Iterable[tuple[str, EntityRow | Beat]]] = [_states(rows, heartbeats)]
    if len(hours) <= FEW_HOURS:
        streams += [heartbeats.beats_of(owner, hour) for owner in heartbeats.owners() for hour in hours]
    else:
        beats = [
            pair
            for owner in heartbeats.owners()
            for hour in hours
            for pair in heartbeats.beats_of(owner, hour)
        ]
        streams.append(sorted(beats, key=itemgetter(0)))
    for _, group in groupby(merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
        yield _together([item for _, item in group], heartbeats)


def _states(rows: Iterable[Row], heartbeats: Heartbeats) -> Iterator[tuple[str, EntityRow]]:
    for row in rows:
        try:
            yield row.key, EntityRow.read(row)
        except ValueError:  # begun anew when it speaks again
            heartbeats.damaged.add(f"{row.partition}/{row.key}")


def _together(items: list[EntityRow | Beat], heartbeats: Heartbeats) -> Gathered:
    beats = [item for item in items if isinstance(item, Beat)]
    known = next((item for item in items if isinstance(item, EntityRow)), None) or EntityRow(beats[0].entity)
    found = Gathered(known)
    by_hour: dict[int, list[Hour]] = {}
    needed = heartbeats.needed.get(kind_of(known.entity.source), ())
    for beat in beats:
        by_hour.setdefault(beat.hour, []).append(hour_of(beat.values, needed))
    found.hours = {hour: together(own) for hour, own in by_hour.items()}
    for hour, seen in found.hours.items():
        known.hours[hour] = seen.count
    if beats:
        newest = max(beats, key=lambda beat: beat.enqueued)
        last = newest.enqueued.timestamp()
        if known.last is None or last >= known.last:
            known.last, known.lag = last, newest.lag_seconds
        known.event = max(beat.last for beat in beats).timestamp()
        first = _first_arrival(found.hours, last)
        known.first = first if known.first is None else min(known.first, first)
        known.reporter = str(newest.values.get("reporter", "")) or known.reporter
    return found


def _first_arrival(hours: dict[int, Hour], last: float) -> float:
    """When the first record of these hours arrived, to a minute."""
    hour = min(hours)
    minutes = hours[hour].minutes
    first = (minutes & -minutes).bit_length() - 1 if minutes else 0
    return min(last, float(hour * HOUR + max(0, first) * 60))
