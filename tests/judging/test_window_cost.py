"""What windows cost in storage: operations a record, and what they do not depend on. Counted, never timed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from lab.bench.counting_store import CountingStore
from shared.collector.collector import Collector
from shared.detection import count, distinct, first_seen, travel
from shared.detection.detector import Detector
from shared.storage import Row, SqliteStore
from tests.detection.probe import batch, by, collector, detector_of, message

RECORDS, A_MESSAGE, A_BATCH = 1_000, 10, 10
BATCHES = RECORDS // (A_MESSAGE * A_BATCH)
NEVER = 1_000_000


class CountingQueries(SqliteStore):
    """A store that tells how often windows were queried."""

    queries = 0

    def query(self, table: str, partition: str | None = None, **how: Any) -> Iterator[Row]:
        self.queries += table == "windows"
        return super().query(table, partition, **how)


def detectors() -> list[Detector]:
    """One of each way to keep something, none of them anywhere near its threshold."""
    return [
        detector_of("counts", window=count(by="actor_username", threshold=NEVER, period="1h")),
        detector_of(
            "tells", window=distinct(of="src_ip_addr", by="actor_username", threshold=NEVER, period="1h")
        ),
        detector_of("learns", window=first_seen(of="src_ip_addr", by="actor_username")),
        detector_of("travels", window=travel(by="actor_username")),
    ]


def feed(subject: Collector, partitions: int, users: int) -> None:
    """Full batches, of the partitions in turn; everybody comes from one address and one place."""
    made = [
        by(
            f"u{number % users}@example.com",
            number / 100,
            callerIpAddress=f"10.0.{number % users % 256}.1",
            properties={"at": {"latitude": 57.7, "longitude": 12.0, "country": "SE"}},
        )
        for number in range(RECORDS)
    ]
    messages = [message(start, *made[start : start + A_MESSAGE]) for start in range(0, RECORDS, A_MESSAGE)]
    for number in range(BATCHES):
        own = messages[number * A_BATCH : (number + 1) * A_BATCH]
        subject.collect(batch(*own, partition=str(number % partitions)))


def operations(partitions: int, users: int) -> int:
    store = CountingStore(SqliteStore(":memory:"))
    feed(collector(detectors(), store, partitions=partitions), partitions, users)
    return store.by_table["windows"]


@pytest.mark.parametrize("users", [5, 20, 200])
@pytest.mark.parametrize("partitions", [2, 5, 10])
def test_operations_do_not_grow_with_the_number_of_partitions(partitions: int, users: int) -> None:
    assert operations(partitions, users) <= operations(1, users)


@pytest.mark.parametrize("records", [40, 400])
def test_a_batch_costs_a_transaction_for_each_table_partition(records: int) -> None:
    store = CountingStore(SqliteStore(":memory:"))
    subject = collector(detectors()[:2], store)
    made = [by(f"u{n % 20}@example.com", 0, callerIpAddress="10.0.0.1") for n in range(records)]
    subject.collect(batch(message(1, *made)))
    assert store.by_table["windows"] <= 4


def seen_by(
    store: CountingQueries, subject: Collector, number: int, values: Sequence[int], partition: str
) -> int:
    """How often windows were read when a partition saw the values."""
    before = store.queries
    made = [by("ann@example.com", number, callerIpAddress=f"10.0.0.{value}") for value in values]
    subject.collect(batch(message(number, *made), partition=partition))
    return store.queries - before


def test_a_key_is_read_again_only_for_values_that_no_partition_had() -> None:
    store = CountingQueries(":memory:")
    window = distinct(of="src_ip_addr", by="actor_username", threshold=12, period="1h")
    made = [detector_of("values", window=window)]
    here, there = (collector(made, store, partitions=2) for _ in range(2))
    seen_by(store, here, 1, range(1, 12), "0")
    seen_by(store, there, 1, range(1, 8), "1")
    assert seen_by(store, there, 2, range(8, 12), "1") == 0, "the other partition had brought them"
    assert seen_by(store, there, 3, [12], "1") == 1


@pytest.mark.parametrize("partitions", [1, 8, 32])
def test_reading_a_key_is_one_query_however_many_partitions_have_rows_of_it(partitions: int) -> None:
    store = CountingQueries(":memory:")
    window = count(by="actor_username", threshold=2 * partitions, period="1h")
    subject = collector([detector_of("counts", window=window)], store, partitions=partitions)
    for number in range(partitions):
        seen_by(store, subject, 1, [1], str(number))
    assert store.queries == 0, "one record in a partition decides nothing"
    assert seen_by(store, subject, 2, [1, 1, 1], "0") == 1
