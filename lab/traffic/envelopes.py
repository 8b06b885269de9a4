"""Packs records into Event Hub bodies as the exports do. Called by the hour; pure but for the generator.

Diagnostic settings deliver `{"records": [...]}`, mostly of one category; CloudTrail arrives as `{"Records":
[...]}`; the product sends an event alone where no other is waiting.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final, NamedTuple

import orjson

from lab.traffic.records.shape import Record
from lab.traffic.routes import Export, Sent

MOST_RECORDS: Final = 100
_END: Final = datetime(9000, 1, 1, tzinfo=UTC)


class Delivery(NamedTuple):
    """One message as the hub holds it; `enqueued_time` is aware and UTC."""

    partition: int
    body: bytes
    enqueued_time: datetime


@dataclass(slots=True)
class _Waiting:
    export: Export
    limit: int
    records: list[Record] = field(default_factory=list)


def body_of(records: list[Record], export: Export) -> bytes:
    """The body that this export makes of these records."""
    if export.alone and len(records) == 1:
        return orjson.dumps(records[0])
    return orjson.dumps({export.array: records})


class _Packer:
    """What waits for its batch (by stream), and what waits for its turn to arrive (by enqueued time)."""

    def __init__(self, rng: Random, partitions: int) -> None:
        self._rng = rng
        self._partitions = partitions
        self._waiting: dict[tuple[str, str], _Waiting] = {}
        self._deadlines: list[tuple[datetime, int, tuple[str, str]]] = []
        self._arriving: list[tuple[datetime, int, Delivery]] = []
        self._count = 0

    def add(self, sent: Sent) -> None:
        key = (sent.export.name, sent.stream)
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = _Waiting(sent.export, self._rng.randint(1, MOST_RECORDS))
            self._count += 1
            heapq.heappush(
                self._deadlines, (sent.time + timedelta(seconds=sent.export.wait), self._count, key)
            )
        waiting.records.append(sent.record)
        if len(waiting.records) >= waiting.limit:
            self._close(key, sent.time)

    def close_until(self, time: datetime) -> None:
        """Closes every batch that has waited long enough by `time`."""
        while self._deadlines and self._deadlines[0][0] <= time:
            deadline, _, key = heapq.heappop(self._deadlines)
            self._close(key, deadline)

    def arrived_until(self, time: datetime) -> Iterator[Delivery]:
        """What has arrived by `time`, in order of arrival."""
        while self._arriving and self._arriving[0][0] <= time:
            yield heapq.heappop(self._arriving)[2]

    def _close(self, key: tuple[str, str], time: datetime) -> None:
        # A batch that was full before its deadline has gone; what waits now, if anything, goes early.
        waiting = self._waiting.pop(key, None)
        if waiting is None:
            return
        enqueued_time = time + timedelta(seconds=self._rng.uniform(*waiting.export.lag))
        body = body_of(waiting.records, waiting.export)
        delivery = Delivery(self._rng.randrange(self._partitions), body, enqueued_time)
        self._count += 1
        heapq.heappush(self._arriving, (enqueued_time, self._count, delivery))


def pack(rng: Random, sent: Iterable[Sent], partitions: int) -> Iterator[Delivery]:
    """Records in order of their time in, bodies in order of their enqueued time out."""
    packer = _Packer(rng, partitions)
    for one in sent:
        packer.close_until(one.time)
        yield from packer.arrived_until(one.time)
        packer.add(one)
    packer.close_until(_END)
    yield from packer.arrived_until(_END)
