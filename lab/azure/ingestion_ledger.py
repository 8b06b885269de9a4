"""What the local ingestion endpoint has seen: every call with what became of it, and every row that was taken.

Kept in SQLite, so that it outlives a kill and another process can read it; judged by the chaos runs and by tests.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

import orjson

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS calls (
    number INTEGER PRIMARY KEY, arrived TEXT NOT NULL, target TEXT NOT NULL, size INTEGER NOT NULL,
    rows INTEGER NOT NULL, status INTEGER NOT NULL, fault TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS rows (
    number INTEGER PRIMARY KEY, arrived TEXT NOT NULL, stream TEXT NOT NULL, body BLOB NOT NULL, call INTEGER NOT NULL
);
"""
_CALL: Final = "INSERT INTO calls (arrived, target, size, rows, status, fault) VALUES (?, ?, ?, ?, ?, ?)"
_ROW: Final = "INSERT INTO rows (arrived, stream, body, call) VALUES (?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class SeenCall:
    """A call: when, to which path, how many bytes, how many rows were taken from it, and the answer.

    `status` is 0 where there was no whole answer; `fault` is the kind of the fault that it met, or empty.
    """

    number: int
    arrived: str
    target: str
    size: int
    rows: int
    status: int
    fault: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything up to a moment. `rows` counts the rows taken by their EventUid, of one stream or of all."""

    calls: tuple[SeenCall, ...]
    rows: Counter[str]

    @property
    def distinct(self) -> int:
        """How many different alerts have been taken."""
        return len(self.rows)

    @property
    def duplicates(self) -> int:
        """How many rows were taken once more."""
        return sum(self.rows.values()) - len(self.rows)

    @property
    def duplicate_share(self) -> float:
        """Duplicates for each different alert."""
        return self.duplicates / len(self.rows) if self.rows else 0.0

    @property
    def faults(self) -> Counter[str]:
        """How often each kind of fault happened."""
        return Counter(call.fault for call in self.calls if call.fault)


class LedgerFile:
    """The ledger of an endpoint, in the file `path` or in memory. Raises sqlite3.Error where it cannot be used."""

    def __init__(self, path: Path | str) -> None:
        self._lock = Lock()
        self._database = sqlite3.connect(str(path), check_same_thread=False)
        self._database.executescript(_SCHEMA)

    def keep(
        self,
        arrived: str,
        target: str,
        size: int,
        status: int,
        fault: str,
        stream: str,
        rows: Sequence[dict[str, Any]],
    ) -> None:
        """Writes a call, and the rows that were taken from it, in one transaction."""
        with self._lock, self._database:
            call = self._database.execute(_CALL, (arrived, target, size, len(rows), status, fault)).lastrowid
            self._database.executemany(_ROW, [(arrived, stream, orjson.dumps(row), call) for row in rows])

    def arrivals(self, stream: str | None) -> list[tuple[str, dict[str, Any]]]:
        """The rows with the time of their arrival, in order."""
        with self._lock:
            found = self._database.execute(
                "SELECT arrived, body FROM rows WHERE ? IS NULL OR stream = ? ORDER BY number",
                (stream, stream),
            ).fetchall()
        return [(arrived, orjson.loads(body)) for arrived, body in found]

    def ledger(self, stream: str | None) -> Ledger:
        """Everything so far."""
        with self._lock:
            calls = self._database.execute(
                "SELECT number, arrived, target, size, rows, status, fault FROM calls ORDER BY number"
            ).fetchall()
            rows = self._database.execute(
                "SELECT json_extract(CAST(body AS TEXT), '$.EventUid'), count(*) FROM rows "
                "WHERE ? IS NULL OR stream = ? GROUP BY 1",
                (stream, stream),
            ).fetchall()
        return Ledger(
            tuple(SeenCall(*call) for call in calls), Counter({str(uid): count for uid, count in rows})
        )

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()


def read_ledger(path: Path | str, stream: str | None = None) -> Ledger:
    """The ledger that an endpoint has written into `path`, also while it goes on writing."""
    with closing(LedgerFile(path)) as file:
        return file.ledger(stream)
