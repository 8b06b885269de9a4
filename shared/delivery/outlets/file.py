"""Alerts as JSON lines in a file, for whatever reads files: a forwarder, a mounted share, a container's volume."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Final

import orjson

from shared.delivery.outlet import Reply

NAME: Final = "file"
LARGEST_BYTES: Final = 64 << 20
KEPT: Final = 9
"""Older files: `<name>.1` is the newest of them."""


class FileOutlet:
    """Appends a line for each alert and asks the disk to keep it before it says delivered. Thread-safe.

    A file that would grow over `largest_bytes` is renamed, and as many as KEPT of those stay. Only its owner may
    read it: alerts name people.
    """

    def __init__(self, path: Path, largest_bytes: int = LARGEST_BYTES) -> None:
        self._path = path
        self._largest = largest_bytes
        self._lock = Lock()

    def send(
        self,
        rows: Sequence[Mapping[str, object]],
        seconds: float | None = None,  # noqa: ARG002 - a disk is not waited for
    ) -> Reply:
        """See `Outlet.send`: all rows or, where the disk refuses, none that counts as delivered."""
        lines = b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
        try:
            with self._lock:
                self._make_room(len(lines))
                self._append(lines)
        except OSError as error:
            return Reply(problem=f"{self._path.name} cannot be written: {error.strerror or error}")
        return Reply(frozenset(range(len(rows))))

    def _append(self, lines: bytes) -> None:
        opened = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(opened).st_size
            try:
                left = memoryview(lines)
                while left:
                    left = left[os.write(opened, left) :]
                os.fsync(opened)
            except OSError:
                os.ftruncate(opened, size)  # half a line would spoil the next
                raise
        finally:
            os.close(opened)

    def _make_room(self, more: int) -> None:
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return
        if size == 0 or size + more <= self._largest:
            return
        for number in range(KEPT, 0, -1):
            older = self._numbered(number - 1) if number > 1 else self._path
            if older.exists():
                older.replace(self._numbered(number))

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")
