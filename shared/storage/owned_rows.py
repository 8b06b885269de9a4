"""Rows that one writer owns: read once, kept in memory, written with their ETag.

Windows and heartbeats keep such rows per hub partition. A row that is not in memory is first tried as new, so
that ordinary work costs no reads; a writer whose cache is stale meets a conflict, reads the row and folds again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import RLock

from shared.storage._limits import transactions
from shared.storage._store import (
    Insert,
    Replace,
    Row,
    RowChanged,
    RowExists,
    RowValue,
    Store,
    StoreUnavailable,
)

Fold = Callable[[Row | None], Mapping[str, RowValue] | None]
"""The values a row should have, given what is there; None where nothing is to be written. Must be repeatable."""


_Waiting = tuple[Insert | Replace, int]
"""What is to be written, and how long the texts in it are."""


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
        self._rows: OrderedDict[tuple[str, str], tuple[Row, int]] = OrderedDict()
        self._lock = RLock()

    def known(self, partition: str, key: str) -> Row | None:
        """The row as it was last seen, without asking the store."""
        with self._lock:
            found = self._rows.get((partition, key))
        return found[0] if found is not None else None

    def update(self, partition: str, folds: Mapping[str, Fold]) -> dict[str, Row]:
        """Brings each row to what its fold says, in as few transactions as fit; gives the rows as they then are.

        Raises StoreUnavailable where the store fails; what was written by then is recognised when it is repeated.
        """
        result: dict[str, Row] = {}
        waiting: dict[str, _Waiting] = {}
        with self._lock:
            known = {key: self._rows.get((partition, key)) for key in folds}
        for key, fold in folds.items():
            found = known[key]
            _prepare(partition, key, found[0] if found is not None else None, fold, waiting, result)
        attempts = 2 * len(folds) + 8
        while waiting:
            for group in _grouped([*waiting.values()]):
                attempts -= 1
                if attempts < 0:
                    raise StoreUnavailable(
                        f"rows of {self._table}/{partition} keep changing under their owner"
                    )
                conflict = self._write(partition, group, waiting, result)
                if conflict is not None:
                    row = self._store.get(self._table, partition, conflict)
                    with self._lock:
                        self._remember(partition, conflict, row, _texts(row.values) if row else 0)
                    _prepare(partition, conflict, row, folds[conflict], waiting, result)
                    break
        return result

    def _write(
        self,
        partition: str,
        group: Sequence[Insert | Replace],
        waiting: dict[str, _Waiting],
        result: dict[str, Row],
    ) -> str | None:
        try:
            etags = self._store.commit(self._table, group)
        except (RowExists, RowChanged) as conflict:
            return conflict.row.key
        with self._lock:
            for operation, etag in zip(group, etags, strict=True):
                row = operation.row
                written = result[row.key] = Row(partition, row.key, row.values, etag)
                self._remember(partition, row.key, written, waiting.pop(row.key)[1])
        return None

    def _remember(self, partition: str, key: str, row: Row | None, texts: int) -> None:
        """Keeps a row whose texts have that length, or forgets that it is there; the lock is held."""
        rows = self._rows
        before = rows.pop((partition, key), None)
        if before is not None:
            self._bytes -= before[1]
        if row is None:
            return
        size = _ROW_BYTES + 2 * len(key) + texts
        rows[partition, key] = (row, size)
        self._bytes += size
        while len(rows) > self._most or (self._bytes > self._most_bytes and len(rows) > 1):
            self._bytes -= rows.popitem(last=False)[1][1]

    def forget(self) -> None:
        """Drops everything remembered, as after a restart."""
        with self._lock:
            self._rows.clear()
            self._bytes = 0


def _prepare(
    partition: str,
    key: str,
    row: Row | None,
    fold: Fold,
    waiting: dict[str, _Waiting],
    result: dict[str, Row],
) -> None:
    """What is to be done about a row: written, or found as it should be."""
    values = fold(row)
    if values is None:
        waiting.pop(key, None)
        if row is not None:
            result[key] = row
    elif row is None:
        waiting[key] = Insert(Row(partition, key, values)), _texts(values)
    else:
        waiting[key] = Replace(Row(partition, key, values, row.etag)), _texts(values)


_ROW_BYTES = 900
"""What a row takes in memory besides its texts: objects, dictionaries, numbers; measured."""

_SMALL = 20 << 10
_MOST_TOGETHER = 100


def _texts(values: Mapping[str, RowValue]) -> int:
    found = 0
    for value in values.values():
        if type(value) is bytes or type(value) is str:
            found += len(value)
    return found


def _grouped(waiting: Sequence[_Waiting]) -> Iterable[Sequence[Insert | Replace]]:
    """Transactions; where every row is small, a hundred fit by themselves and need not be measured."""
    operations = [operation for operation, _ in waiting]
    if all(texts < _SMALL for _, texts in waiting):
        return [
            operations[start : start + _MOST_TOGETHER] for start in range(0, len(operations), _MOST_TOGETHER)
        ]
    return transactions(operations)
