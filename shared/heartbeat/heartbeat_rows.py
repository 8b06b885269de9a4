"""Heartbeats in the table: one row per source, hour of arrival and hub partition, each with its one writer.

Table `heartbeats`: a table partition per hub partition, so that a batch is counted in one transaction; keys
`<hour>|<source>`, so that the last hours are one range, and `clock`: how far the hub partition has been counted.
The sequence number in a row says what it has counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b

from shared.heartbeat._sample import Look, Sampler
from shared.heartbeat.accounting import Looking, RowValues, added, is_sound, whole
from shared.heartbeat.entity import Entity
from shared.heartbeat.roster import NEW_AN_HOUR, Parts, Roster
from shared.heartbeat.tally import Part, Tally
from shared.storage import Delete, Row, RowValue, Store, safe_key, transactions
from shared.storage.owned_rows import Fold, OwnedRows
from shared.storage.owners import Owners

TABLE = "heartbeats"
KEEP_HOURS = 24 * 62
"""How long hourly counts are kept: 60 days of history and a little."""
CLOCK = "clock"
_HOURS_END = ":"
"""Stands behind all keys of hours, which begin with a digit, and before `clock`."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What one hub partition (`owner`) counted for a source in one hour.

    The three clocks, in UTC: first and last event, the newest arrival in the hub, and when that was processed.
    `values`: the whole row; `accounting.hour_of` reads it.
    """

    owner: str
    entity: Entity
    hour: int
    sequence_number: int
    count: int
    first: datetime
    last: datetime
    enqueued: datetime
    processed: datetime
    lag_seconds: float
    values: RowValues


@dataclass(frozen=True, slots=True)
class PartitionClock:
    """How far a hub partition (`owner`) has been counted: the newest message, its arrival, when it was processed.

    recreated: how often its numbers began anew, as after the hub was deleted and made again; at: when last.
    """

    owner: str
    sequence_number: int
    enqueued: datetime
    processed: datetime
    recreated: int
    recreated_at: datetime | None


class Heartbeats:
    """Writes the counts of batches and reads them for the watch."""

    def __init__(
        self,
        store: Store,
        owners: Owners,
        most_cached: int = 20_000,
        *,
        known: Iterable[Entity] | None = None,
        needed: Mapping[str, Sequence[str]] | None = None,
        new_an_hour: int = NEW_AN_HOUR,
    ) -> None:
        """`known`: the entities that are watched already, read where names seem to be too many.

        needed: for each source, the fields that samples are asked for.
        """
        self._store = store
        self._owners = owners
        self._owned = OwnedRows(store, TABLE, most_cached)
        self._known = known or ()
        self._new_an_hour = new_an_hour
        self._rosters: dict[str, Roster] = {}
        self.needed = needed or {}
        self.sampler = Sampler(self.needed)
        self.damaged: set[str] = set()
        """Rows that do not say what a heartbeat must say; they are left out and shown."""

    def commit(self, owner: str, tally: Tally, processed: datetime | None = None) -> None:
        """Adds the counts of a batch of hub partition `owner`; what was counted before is left out.

        `processed`: now; without it, the batch counts as processed when it arrived.
        """
        if not tally.parts:
            return
        self._owners.announce(owner)
        roster = self._rosters.get(owner)
        if roster is None:
            roster = self._rosters[owner] = Roster(partial(self._own, owner), self._known, self._new_an_hour)
        looks: dict[int, Look | None] = {}

        def look(part: Part) -> Look | None:  # a row may be folded more than once
            if id(part) not in looks:
                looks[id(part)] = self.sampler.look(part)
            return looks[id(part)]

        seconds = processed.timestamp() if processed is not None else None
        admitted = roster.admit(tally.parts)
        folds: dict[str, Fold] = {
            row_key(entity, hour): partial(
                _folded, entity=entity, hour=hour, parts=parts, processed=seconds, look=look
            )
            for (entity, hour), parts in admitted.items()
        }
        folds[CLOCK] = partial(_clock, part=_newest(admitted), processed=seconds)
        self._owned.update(safe_key(owner), folds)

    def _own(self, owner: str, hour: int) -> tuple[list[Entity], list[Entity]]:
        first, last, last_hour = f"{hour - 1:09d}", f"{hour + 1:09d}", f"{hour:09d}|"
        before: list[Entity] = []
        now: list[Entity] = []
        for row in self._store.query(TABLE, safe_key(owner), first=first, last=last, select=["entity"]):
            with suppress(
                ValueError
            ):  # a damaged row names nobody, and is begun again when its source speaks
                entity = Entity.from_text(str(row.values.get("entity")))
                (now if row.key.startswith(last_hour) else before).append(entity)
        return before, now

    def beats(self, since: datetime | None = None) -> Iterator[Beat]:
        """Every count of the hours from `since` on, of all hub partitions."""
        first = f"{int(since.timestamp()) // 3600:09d}" if since else ""
        for owner in self._owners.all():
            for row in self._store.query(TABLE, owner, first=first, last=_HOURS_END):
                beat = self._beat(row)
                if beat is not None:
                    yield beat

    def beats_of(self, owner: str, hour: int) -> Iterator[tuple[str, Beat]]:
        """The counts of a hub partition in an hour, each with its `entity_key` and in their order."""
        for row in self._store.query(TABLE, owner, first=f"{hour:09d}|", last=f"{hour:09d}}}"):
            beat = self._beat(row)
            if beat is not None:
                yield row.key[10:], beat

    def newest_of(self, owner: str, source: str, now: datetime, hours: int) -> Beat | None:
        """The newest counts of a source in a hub partition, in at most so many hours back; an operation an hour."""
        latest = int(now.timestamp()) // 3600 + 1  # the sender's clock may be a little ahead
        for hour in range(latest, latest - hours - 1, -1):
            begin = f"{hour:09d}|{safe_key(source, 60)}|"
            rows = self._store.query(TABLE, owner, first=begin, last=begin + "~")
            found = [beat for row in rows if (beat := self._beat(row)) is not None]
            if found:
                return max(found, key=lambda beat: beat.last)
        return None

    def rows_in(self, hour: int) -> int:
        """How many rows of an hour there are, of all hub partitions."""
        first, last = f"{hour:09d}", f"{hour + 1:09d}"
        return sum(
            1
            for owner in self._owners.all()
            for _ in self._store.query(TABLE, owner, first=first, last=last, select=["hour"])
        )

    def owners(self) -> list[str]:
        """The hub partitions that have rows."""
        return self._owners.all()

    def _beat(self, row: Row) -> Beat | None:
        try:
            return beat_of(row)
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            self.damaged.add(f"{row.partition}/{row.key}")
            return None

    def first_hour(self) -> int | None:
        """The first hour of which there are rows; None where there are none."""
        found = (
            int(row.key[:9])
            for owner in self._owners.all()
            for row in self._store.query(TABLE, owner, last=_HOURS_END, select=["hour"], limit=1)
        )
        return min(found, default=None)

    def clocks(self) -> list[PartitionClock]:
        """How far each hub partition has been counted; one operation each."""
        rows = ((owner, self._store.get(TABLE, owner, CLOCK)) for owner in self._owners.all())
        return [
            _clock_of(owner, row.values) for owner, row in rows if row is not None and is_sound(row.values)
        ]

    def remove_old(self, now: datetime) -> None:
        """Deletes hourly counts older than `KEEP_HOURS`."""
        last = f"{int(now.timestamp()) // 3600 - KEEP_HOURS:09d}"
        for owner in self._owners.all():
            old = [
                Delete(row.partition, row.key)
                for row in self._store.query(TABLE, owner, last=last, select=["seq"])
            ]
            for group in transactions(old):
                self._store.commit(TABLE, group)


def entity_key(entity: Entity) -> str:
    """An entity as part of a key; the digest keeps hostile names short and apart."""
    digest = blake2b(entity.text().encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{safe_key(entity.source, 60)}|{digest}"


def row_key(entity: Entity, hour: int) -> str:
    """The key of a source's row for an hour."""
    return f"{max(hour, 0):09d}|{entity_key(entity)}"


def _folded(
    row: Row | None, entity: Entity, hour: int, parts: list[Part], processed: float | None, look: Looking
) -> Mapping[str, RowValue] | None:
    return added(row.values if row else None, entity, hour, parts, processed, look)


def _newest(parts: Parts) -> Part:
    """The part of a batch that arrived last."""
    return max((own[-1] for own in parts.values()), key=lambda part: (part.enqueued, part.sequence_number))


def _clock(row: Row | None, part: Part, processed: float | None) -> Mapping[str, RowValue] | None:
    known = row.values if row and is_sound(row.values) else {}
    number, newest = int(known.get("seq", -1)), float(known.get("enqueued", 0.0))
    recreated, at = whole(known.get("recreated")), float(known.get("recreated_at", 0.0))
    if known and part.sequence_number <= number:
        if part.enqueued <= newest:
            return None
        recreated, at = recreated + 1, part.enqueued
    return {
        "seq": part.sequence_number,
        "enqueued": max(part.enqueued, newest),
        "processed": processed if processed is not None else part.enqueued,
        "recreated": recreated,
        "recreated_at": at,
    }


def _clock_of(owner: str, values: RowValues) -> PartitionClock:
    at = float(values.get("recreated_at", 0.0))
    return PartitionClock(
        owner,
        int(values["seq"]),
        _moment(values["enqueued"]),
        _moment(values["processed"]),
        whole(values.get("recreated")),
        _moment(at) if at else None,
    )


def beat_of(row: Row) -> Beat:
    """The count that a row holds."""
    values = row.values
    return Beat(
        row.partition,
        Entity.from_text(str(values["entity"])),
        int(values["hour"]),
        int(values["seq"]),
        whole(values["count"]),
        _moment(values["first"]),
        _moment(values["last"]),
        _moment(values["enqueued"]),
        _moment(values["processed"]),
        float(values["lag"]),
        values,
    )


def _moment(seconds: RowValue) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
