"""Counts what a store is asked, as Azure bills and limits it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from threading import Lock

from shared.storage import Operation, Row, Store

PAGE_ROWS = 1000
"""Rows that Azure returns to one request of a query."""


class CountingStore:
    """Another store, with every request counted as Azure would bill it.

    A get is 1, a query 1 for each page of 1000 rows that was read (at least 1), a commit 1, whether or not it
    succeeds. `operations` is the sum, `by_table` the same for each table.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._by_table: Counter[str] = Counter()

    @property
    def operations(self) -> int:
        """Requests so far, over all tables."""
        with self._lock:
            return self._by_table.total()

    @property
    def by_table(self) -> dict[str, int]:
        """Requests so far, for each table that was asked."""
        with self._lock:
            return dict(self._by_table)

    def get(self, table: str, partition: str, key: str) -> Row | None:
        """See `Store.get`."""
        self._count(table)
        return self._store.get(table, partition, key)

    def query(
        self,
        table: str,
        partition: str | None = None,
        *,
        first: str = "",
        last: str = "",
        select: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """See `Store.query`."""
        self._count(table)
        rows = self._store.query(table, partition, first=first, last=last, select=select, limit=limit)
        return self._pages(table, rows)

    def commit(self, table: str, operations: Sequence[Operation]) -> list[str | None]:
        """See `Store.commit`."""
        self._count(table)
        return self._store.commit(table, operations)

    def close(self) -> None:
        """Close the store that is counted."""
        self._store.close()

    def _pages(self, table: str, rows: Iterator[Row]) -> Iterator[Row]:
        for number, row in enumerate(rows):
            if number and number % PAGE_ROWS == 0:
                self._count(table)
            yield row

    def _count(self, table: str) -> None:
        with self._lock:
            self._by_table[table] += 1
