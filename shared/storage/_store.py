"""The store's interface: rows in tables, written in transactions of one partition.

Everything durable goes through it: windows, heartbeats, sources, the outbox, dead letters, health. It is what
Azure Table Storage can do and no more, so that `AzureTableStore` and `SqliteStore` are interchangeable. Rows are
structs, which take a seventh of a dataclass's time to make: windows make three for each row that they count.

    * StorageError
      - RowExists          an Insert met a row of that key
      - RowChanged         a Replace or Delete met another ETag, or a Replace met no row
      - InvalidRow         the row, key or transaction is outside Azure's limits; nothing was sent
      - StoreUnavailable   the store cannot be reached, refuses, or failed; nothing is known to be written
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

import msgspec

RowValue: TypeAlias = str | int | float | bool | bytes
"""What a property holds. Ints are stored as 64 bit; a time is stored by its writer as an RFC 3339 string."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row: found by `partition` and `key`, holding `values`.

    `etag` is the version that was read; it is None on a row that was never stored.
    """

    partition: str
    key: str
    values: Mapping[str, RowValue]
    etag: str | None = None


class Insert(msgspec.Struct, frozen=True, gc=False):
    """Write a row that must not be there yet; raises RowExists if it is.

    After a lost answer, RowExists may be the echo of the same caller's own earlier attempt. So whatever must
    follow an insert is decided by the row that is there, never by who wrote it.
    """

    row: Row


class Replace(msgspec.Struct, frozen=True, gc=False):
    """Write over the version that `row.etag` names; raises RowChanged if another or none is there."""

    row: Row


class Upsert(msgspec.Struct, frozen=True, gc=False):
    """Write a row, whatever was there before."""

    row: Row


class Delete(msgspec.Struct, frozen=True, gc=False):
    """Remove a row; a missing one is no error. With `etag`, raises RowChanged if another version is there."""

    partition: str
    key: str
    etag: str | None = None


Operation: TypeAlias = Insert | Replace | Upsert | Delete


def row_of(operation: Operation) -> Row:
    """The row that an operation is about; for a Delete, its keys and ETag without values."""
    if isinstance(operation, Delete):
        return Row(operation.partition, operation.key, {}, operation.etag)
    return operation.row


class StorageError(Exception):
    """Anything that a store can raise."""


class RowExists(StorageError):  # noqa: N818 - named for what happened
    """An Insert met a row of that key; nothing of its transaction was written."""

    def __init__(self, index: int, row: Row) -> None:
        super().__init__(f"a row is already at {row.partition!r}, {row.key!r}")
        self.index = index
        self.row = row


class RowChanged(StorageError):  # noqa: N818 - named for what happened
    """A row is no longer the version that was read; nothing of its transaction was written."""

    def __init__(self, index: int, row: Row) -> None:
        super().__init__(f"the row at {row.partition!r}, {row.key!r} was changed by another writer")
        self.index = index
        self.row = row


class InvalidRow(StorageError):  # noqa: N818 - named for what happened
    """Outside Azure's limits; nothing was sent. `index` is the operation at fault, where it is one."""

    def __init__(self, reason: str, index: int | None = None) -> None:
        super().__init__(reason if index is None else f"operation {index}: {reason}")
        self.reason = reason
        self.index = index


class StoreUnavailable(StorageError):  # noqa: N818 - named for what happened
    """The store did not do it, and may later; a write whose answer was lost may still have happened."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Store(Protocol):
    """Tables of rows. Safe to share between threads; tables are created when first written to."""

    def get(self, table: str, partition: str, key: str) -> Row | None:
        """The row with these keys, or None."""
        ...

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
        """Rows with first <= key < last, ordered by partition and key.

        `partition` None is the whole table, `last` "" is no end, `select` names the properties to read (the
        others are left out; keys and ETag are always there), `limit` is the greatest number of rows. It reads
        page by page as the iterator is drawn: rows written meanwhile may or may not appear. Order is certain
        for ASCII keys, as `safe_key` makes them; `key_range` turns a prefix into `first` and `last`.
        """
        ...

    def commit(self, table: str, operations: Sequence[Operation]) -> list[str | None]:
        """Do all of it or nothing: 1 to 100 operations on different rows of one partition.

        Returns the new ETags in order, None for a Delete. `transactions` groups any operations so that each
        group fits.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections; the store is not used afterwards."""
        ...
