"""The store in one SQLite file or in memory: for the local host, replays, benchmarks and most tests.

All tables share one SQL table, so a table needs no creating. Values are kept as MessagePack, which tells ints
from floats and text from bytes. The file is in WAL mode with synchronous=NORMAL: what was committed survives
a killed process, and another process can read it meanwhile.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import msgspec

from shared.storage._limits import check_key, check_table, check_transaction
from shared.storage._store import (
    Delete,
    Insert,
    Operation,
    Replace,
    Row,
    RowChanged,
    RowExists,
    RowValue,
    StoreUnavailable,
    row_of,
)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (
    name TEXT NOT NULL,
    partition TEXT NOT NULL,
    key TEXT NOT NULL,
    contents BLOB NOT NULL,
    etag TEXT NOT NULL,
    PRIMARY KEY (name, partition, key)
)
"""
_GET = "SELECT contents, etag FROM rows WHERE name = ? AND partition = ? AND key = ?"
_INSERT = "INSERT INTO rows (contents, etag, name, partition, key) VALUES (?, ?, ?, ?, ?)"
_INSERT_IF_ABSENT = f"{_INSERT} ON CONFLICT DO NOTHING"
_UPSERT = f"{_INSERT} ON CONFLICT DO UPDATE SET contents = excluded.contents, etag = excluded.etag"
_REPLACE = "UPDATE rows SET contents = ?, etag = ? WHERE name = ? AND partition = ? AND key = ? AND etag = ?"
_DELETE = "DELETE FROM rows WHERE name = ? AND partition = ? AND key = ?"
_DELETE_VERSION = f"{_DELETE} AND etag = ?"
_PAGE_ROWS = 1000
_BUSY_SECONDS = 10.0
"""How long a statement, or opening with all its statements, waits for locks of other processes."""
_RETRY_SECONDS = 0.01

_encode = msgspec.msgpack.Encoder().encode
# Untyped, because MessagePack itself tells text from bytes; only `_encode` writes what this reads.
_decode: Callable[[bytes], dict[str, RowValue]] = msgspec.msgpack.Decoder().decode


class SqliteStore:
    """A `Store` in the file `path`, or in memory with ":memory:" (each store its own memory).

    One connection behind a lock, so threads take turns. Raises StoreUnavailable if the file cannot be used, also where
    another process keeps it locked for 10 seconds.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = str(path)
        self._lock = Lock()
        with self._errors():
            self._connection = _opened(self._path)

    def get(self, table: str, partition: str, key: str) -> Row | None:
        """See `Store.get`."""
        check_table(table)
        check_key("partition", partition)
        check_key("key", key)
        with self._lock, self._errors():
            found = self._connection.execute(_GET, (table, partition, key)).fetchone()
        return None if found is None else Row(partition, key, _decode(found[0]), found[1])

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
        check_table(table)
        if partition is not None:
            check_key("partition", partition)
        return self._rows(table, partition, first, last, select, limit)

    def commit(self, table: str, operations: Sequence[Operation]) -> list[str | None]:
        """See `Store.commit`."""
        check_transaction(table, operations)
        version = secrets.token_hex(8)
        etags: list[str | None] = []
        with self._lock, self._errors(), self._transaction():
            for index, operation in enumerate(operations):
                etags.append(self._apply(table, index, operation, f"{version}.{index}"))
        return etags

    def close(self) -> None:
        """See `Store.close`."""
        with self._lock:
            self._connection.close()

    def _apply(self, table: str, index: int, operation: Operation, etag: str) -> str | None:
        """Do one operation inside the transaction that the caller opened."""
        row = row_of(operation)
        place = (table, row.partition, row.key)
        if isinstance(operation, Delete):
            if operation.etag is None:
                self._connection.execute(_DELETE, place)
                return None
            deleted = self._connection.execute(_DELETE_VERSION, (*place, operation.etag)).rowcount
            if not deleted and self._connection.execute(_GET, place).fetchone():
                raise RowChanged(index, row)
            return None
        written = (_encode(dict(row.values)), etag, *place)
        if isinstance(operation, Insert):
            if not self._connection.execute(_INSERT_IF_ABSENT, written).rowcount:
                raise RowExists(index, row)
        elif isinstance(operation, Replace):
            if not self._connection.execute(_REPLACE, (*written, row.etag)).rowcount:
                raise RowChanged(index, row)
        else:
            self._connection.execute(_UPSERT, written)
        return etag

    def _rows(
        self,
        table: str,
        partition: str | None,
        first: str,
        last: str,
        select: Sequence[str] | None,
        limit: int | None,
    ) -> Iterator[Row]:
        """Page by page, each page starting behind the last row of the one before."""
        wanted = None if select is None else frozenset(select)
        left = limit
        after: tuple[str, str] | None = None
        while left is None or left > 0:
            size = _PAGE_ROWS if left is None else min(left, _PAGE_ROWS)
            page = self._page(table, partition, (first, last), after, size)
            for of_partition, key, contents, etag in page:
                values = _decode(contents)
                if wanted is not None:
                    values = {name: value for name, value in values.items() if name in wanted}
                yield Row(of_partition, key, values, etag)
            if len(page) < size:
                return
            after = page[-1][0], page[-1][1]
            left = None if left is None else left - size

    def _page(
        self,
        table: str,
        partition: str | None,
        keys: tuple[str, str],
        after: tuple[str, str] | None,
        size: int,
    ) -> list[tuple[str, str, bytes, str]]:
        clauses, given = ["name = ?"], [table]
        for clause, value in (("partition = ?", partition), ("key >= ?", keys[0]), ("key < ?", keys[1])):
            if value:
                clauses.append(clause)
                given.append(value)
        if after is not None:
            clauses.append("(partition, key) > (?, ?)" if partition is None else "key > ?")
            given.extend(after if partition is None else after[1:])
        where = " AND ".join(clauses)
        statement = (
            f"SELECT partition, key, contents, etag FROM rows WHERE {where} "  # noqa: S608 - fixed clauses only
            "ORDER BY partition, key LIMIT ?"
        )
        with self._lock, self._errors():
            return self._connection.execute(statement, (*given, size)).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            reason = str(error)
            if _is_locked(error):
                reason = f"another process kept it locked for {_BUSY_SECONDS:g} seconds ({error})"
            raise StoreUnavailable(f"the store {self._path} cannot be used: {reason}") from error


def _opened(path: str) -> sqlite3.Connection:
    """A connection to the file `path`, which is in WAL mode and has its table then. Raises sqlite3.Error."""
    deadline = time.monotonic() + _BUSY_SECONDS
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", _SCHEMA):
            _execute_until(deadline, connection, statement)
        _set_busy_timeout(connection, _BUSY_SECONDS)
    except BaseException:
        connection.close()
        raise
    return connection


def _execute_until(deadline: float, connection: sqlite3.Connection, statement: str) -> None:
    """Execute a statement of opening, and retry it until the deadline while another process is in its way.

    The busy timeout does not suffice. Turning a new file to WAL mode takes the write lock while the read lock is held
    already; two processes would wait for each other for ever, so SQLite refuses one at once instead of waiting:
    https://www.sqlite.org/c3ref/busy_handler.html
    """
    while True:
        left = max(0.0, deadline - time.monotonic())
        _set_busy_timeout(connection, left)
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            if not left or not (_is_locked(error) or _deleted_by_another(error)):
                raise
        else:
            return
        time.sleep(min(left, _RETRY_SECONDS))


def _set_busy_timeout(connection: sqlite3.Connection, seconds: float) -> None:
    """How long SQLite itself waits for a lock in each statement, where it waits at all. Setting it takes no lock."""
    connection.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")


def _is_locked(error: sqlite3.Error) -> bool:
    """Whether another connection holds the lock. The low byte of an extended code is the primary one."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _deleted_by_another(error: sqlite3.Error) -> bool:
    """Whether another process was quicker to delete the WAL that a deleted store had left beside the new file."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_DELETE_NOENT
