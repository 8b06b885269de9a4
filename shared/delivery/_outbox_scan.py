"""Finds the entries that may be due, without reading a backlog from end to end; for `outbox.py`."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Final

from shared.delivery.outbox_rows import PARTITION, TABLE, Entry, entry_of, pending_prefix, rank
from shared.storage import Store, key_range

SCAN_ROWS: Final = 5_000
"""Rows that one scan looks at: a quarter from the head, the rest from where the last scan stopped."""


class Scan:
    """Scans of one outbox; remembers for each outlet where the last one stopped."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stops: dict[str, str] = {}

    def entries(self, outlet: str, left: Mapping[int, int] | None) -> Iterator[Entry]:
        """The pending entries of ranks that have something `left` (None: of all).

        The head comes first, so that what is new and high is found; then what follows the last stop, so that many
        that must wait do not hide what is due. Raises StorageError where the store is down.
        """
        first, last = key_range(pending_prefix(outlet))
        head = SCAN_ROWS // 4
        reached = yield from self._range(outlet, first, last, head, left)
        if reached:
            start = max(self._stops.get(outlet, ""), reached)
            reached = yield from self._range(outlet, start, last, SCAN_ROWS - head, left)
        self._stops[outlet] = reached

    def _range(
        self, outlet: str, first: str, last: str, limit: int, left: Mapping[int, int] | None
    ) -> Generator[Entry, None, str]:
        """The entries of a range; returns where it stopped at its limit, or nothing at the end of the range.

        A rank that has had its share is skipped with a new query, not read through.
        """
        seen = 0
        while seen < limit:
            skip_to = ""
            for row in self._store.query(TABLE, PARTITION, first=first, last=last, limit=limit - seen):
                seen += 1
                entry = entry_of(row)
                if left is not None and left.get(rank(entry), 0) <= 0:
                    skip_to = pending_prefix(outlet, rank(entry) + 1)
                    break
                first = row.key + " "
                yield entry
            if not skip_to:
                return first if seen >= limit else ""
            first = skip_to
        return first
