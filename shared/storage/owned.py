"""Rows that one writer owns: read once, kept in memory, written with their ETag.

Windows and heartbeats keep such rows per hub partition. A row that is not in memory is first tried as new, so
that ordinary work costs no reads; a writer that was replaced, or forgot, meets a conflict, reads and folds again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import RLock

from shared.storage.limits import transactions
from shared.storage.store import (
    Delete,
    Insert,
    Operation,
    Replace,
    Row,
    RowChanged,
    RowExists,
    Scalar,
    Store,
    StoreUnavailable,
)

Fold = Callable[[Row | None], Mapping[str, Scalar] | None]
"""The values a row should have, given what is there; None where nothing is to be written. Must be repeatable."""


class OwnedRows:
    """The own rows of a process in one table. Safe to share between threads.

    At most `most` of them are remembered, and no more than take about `most_bytes` of memory.
    """

    def __init__(self, store: Store, table: str, most: int = 20_000, most_bytes: int = 64 << 20) -> None:
        self._store = store
        self._table = table
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._rows: OrderedDict[tuple[str, str], Row] = OrderedDict()
        self._lock = RLock()

    def known(self, partition: str, key: str) -> Row | None:
        """The row as it was last seen, without asking the store."""
        with self._lock:
            return self._rows.get((partition, key))

    def update(self, partition: str, folds: Mapping[str, Fold]) -> dict[str, Row]:
        """Brings each row to what its fold says, in as few transactions as fit; gives the rows as they then are.

        Raises StoreUnavailable where the store fails; what was written by then is recognised when it is repeated.
        """
        result: dict[str, Row] = {}
        waiting: dict[str, Operation] = {}
        for key, fold in folds.items():
            self._prepare(partition, key, fold, waiting, result)
        attempts = 2 * len(folds) + 8
        while waiting:
            for group in _grouped(list(waiting.values())):
                attempts -= 1
                if attempts < 0:
                    raise StoreUnavailable(
                        f"rows of {self._table}/{partition} keep changing under their owner"
                    )
                conflict = self._write(partition, group, waiting, result)
                if conflict is not None:
                    row = self._store.get(self._table, partition, conflict)
                    self._remember(partition, conflict, row)
                    self._prepare(partition, conflict, folds[conflict], waiting, result)
                    break
        return result

    def _prepare(
        self, partition: str, key: str, fold: Fold, waiting: dict[str, Operation], result: dict[str, Row]
    ) -> None:
        row = self.known(partition, key)
        values = fold(row)
        if values is None:
            waiting.pop(key, None)
            if row is not None:
                result[key] = row
        elif row is None:
            waiting[key] = Insert(Row(partition, key, values))
        else:
            waiting[key] = Replace(Row(partition, key, values, row.etag))

    def _write(
        self,
        partition: str,
        group: Sequence[Operation],
        waiting: dict[str, Operation],
        result: dict[str, Row],
    ) -> str | None:
        try:
            etags = self._store.commit(self._table, group)
        except (RowExists, RowChanged) as conflict:
            return conflict.row.key
        for operation, etag in zip(group, etags, strict=True):
            if isinstance(operation, Insert | Replace):
                written = Row(partition, operation.row.key, operation.row.values, etag)
                self._remember(partition, written.key, written)
                result[written.key] = written
                waiting.pop(written.key, None)
        return None

    def _remember(self, partition: str, key: str, row: Row | None) -> None:
        with self._lock:
            before = self._rows.pop((partition, key), None)
            if before is not None:
                self._bytes -= _held_by(before)
            if row is None:
                return
            self._rows[partition, key] = row
            self._bytes += _held_by(row)
            while len(self._rows) > self._most or (self._bytes > self._most_bytes and len(self._rows) > 1):
                self._bytes -= _held_by(self._rows.popitem(last=False)[1])

    def forget(self) -> None:
        """Drops everything remembered, as after a restart."""
        with self._lock:
            self._rows.clear()
            self._bytes = 0


_ROW_BYTES = 900
"""What a row takes in memory besides its texts: objects, dictionaries, numbers; measured."""


def _held_by(row: Row) -> int:
    """About how many bytes of memory a row takes."""
    texts = sum(len(value) for value in row.values.values() if isinstance(value, str | bytes))
    return _ROW_BYTES + 2 * len(row.key) + texts


_SMALL = 20 << 10
_MOST_TOGETHER = 100


def _grouped(operations: list[Operation]) -> Iterable[list[Operation]]:
    """Transactions; where every row is small, a hundred fit by themselves and need not be measured."""
    if all(_is_small(operation) for operation in operations):
        return [
            operations[start : start + _MOST_TOGETHER] for start in range(0, len(operations), _MOST_TOGETHER)
        ]
    return transactions(operations)


def _is_small(operation: Operation) -> bool:
    values = {} if isinstance(operation, Delete) else operation.row.values
    return (
        sum([len(value) for value in values.values() if type(value) is str or type(value) is bytes]) < _SMALL
    )
