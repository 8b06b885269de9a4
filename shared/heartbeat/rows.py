"""Heartbeats in the table: one row per source, hour and hub partition, each with its one writer.

Table `heartbeats`: a table partition per hub partition, so that a batch is counted in one transaction; keys
`<hour>|<source>`, so that the last hours are one range. The sequence number in the row says what it has counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b

from shared.heartbeat.entity import Entity
from shared.heartbeat.tally import Part, Tally
from shared.storage import Delete, Row, Scalar, Store, safe_key, transactions
from shared.storage.owned import OwnedRows
from shared.storage.owners import Owners

TABLE = "heartbeats"
KEEP_HOURS = 24 * 62
"""How long hourly counts are kept: 60 days of history and a little."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What one hub partition (`owner`) counted for a source in one hour.

    The three clocks, in UTC: first and last event, the newest arrival in the hub, and when that was processed.
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


class Heartbeats:
    """Writes the counts of batches and reads them for the watch."""

    def __init__(self, store: Store, owners: Owners, most_cached: int = 5_000) -> None:
        self._store = store
        self._owners = owners
        self._owned = OwnedRows(store, TABLE, most_cached)

    def commit(self, owner: str, tally: Tally, processed: datetime | None = None) -> None:
        """Adds the counts of a batch of hub partition `owner`; what was counted before is left out.

        `processed`: now; without it, the batch counts as processed when it arrived.
        """
        if not tally.parts:
            return
        self._owners.announce(owner)
        self._owned.update(
            safe_key(owner),
            {
                row_key(entity, hour): partial(
                    _fold, entity=entity, hour=hour, parts=tuple(parts), processed=processed
                )
                for (entity, hour), parts in tally.parts.items()
            },
        )

    def beats(self, since: datetime | None = None) -> Iterator[Beat]:
        """Every count of the hours from `since` on, of all hub partitions."""
        first = f"{int(since.timestamp()) // 3600:09d}" if since else ""
        for owner in self._owners.all():
            for row in self._store.query(TABLE, owner, first=first):
                yield beat_of(row)

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


def row_key(entity: Entity, hour: int) -> str:
    """The key of a source's row for an hour; the digest keeps hostile names short and apart."""
    digest = blake2b(entity.text().encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{max(hour, 0):09d}|{safe_key(entity.source, 60)}|{digest}"


def _fold(
    row: Row | None, entity: Entity, hour: int, parts: tuple[Part, ...], processed: datetime | None
) -> Mapping[str, Scalar] | None:
    known = beat_of(row) if row else None
    new = [part for part in parts if known is None or part.sequence_number > known.sequence_number]
    if not new:
        return None
    newest = new[-1]
    firsts, lasts, arrivals = ([part.first for part in new], [p.last for p in new], [p.enqueued for p in new])
    if known is not None:
        firsts.append(known.first.timestamp())
        lasts.append(known.last.timestamp())
        arrivals.append(known.enqueued.timestamp())
    return {
        "entity": entity.text(),
        "hour": hour,
        "seq": max(part.sequence_number for part in new),
        "count": sum(part.count for part in new) + (known.count if known else 0),
        "first": min(firsts),
        "last": max(lasts),
        "enqueued": max(arrivals),
        "processed": processed.timestamp() if processed is not None else max(arrivals),
        "lag": max(0.0, newest.enqueued - newest.last),
    }


def beat_of(row: Row) -> Beat:
    """The count that a row holds."""
    values = row.values
    return Beat(
        row.partition,
        Entity.from_text(str(values["entity"])),
        int(values["hour"]),
        int(values["seq"]),
        int(values["count"]),
        _moment(values["first"]),
        _moment(values["last"]),
        _moment(values["enqueued"]),
        _moment(values["processed"]),
        float(values["lag"]),
    )


def _moment(seconds: Scalar) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
