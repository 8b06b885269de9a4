"""Who writes rows of its own: the hub partitions, as table partitions of windows and heartbeats.

Table `sources`, partition `owner`: a row per hub partition that was ever seen, written once a process, so that
readers know whose rows to add up.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from shared.storage._keys import safe_key
from shared.storage._store import Row, Store, Upsert

TABLE = "sources"
PARTITION = "owner"
_REMEMBERED_SECONDS = 30.0


class Owners:
    """The hub partitions of one collector."""

    def __init__(self, store: Store, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._monotonic = monotonic
        self._announced: set[str] = set()
        self._known: tuple[float, list[str]] | None = None

    def announce(self, owner: str) -> None:
        """Makes an owner known to readers; costs one operation a process."""
        key = safe_key(owner)
        if key not in self._announced:
            self._store.commit(TABLE, [Upsert(Row(PARTITION, key, {}))])
            self._announced.add(key)

    def all(self) -> list[str]:
        """The table partitions of all owners; those of other processes are read again after half a minute."""
        now = self._monotonic()
        if self._known is None or now - self._known[0] > _REMEMBERED_SECONDS:
            self._known = (now, [row.key for row in self._store.query(TABLE, PARTITION)])
        return sorted({*self._known[1], *self._announced})
