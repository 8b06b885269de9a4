"""Episodes in the table: when a key went past its threshold, and whether the alert about it is in the outbox.

One row per detector and key that ever crossed (table `windows`, partition `episodes`), guarded by its ETag, so that
whoever writes the episode first is the only one to begin it. Used by `window_store.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from shared.detection.detector import Detector
from shared.storage import Delete, Insert, Replace, Row, RowChanged, Scalar, Store, safe_key, transactions

TABLE = "windows"
PARTITION = "episodes"
_MOST_EPISODES = 20


@dataclass(frozen=True, slots=True)
class Episode:
    """A key's time past its threshold: the step in which it began, and whether its alert is in the outbox."""

    step: int
    alerted: bool


@dataclass(frozen=True, slots=True)
class Known:
    """The episodes of a key as they stand, and the version of their row (None: there is no row yet)."""

    episodes: tuple[Episode, ...]
    etag: str | None


class Episodes:
    """Reads and writes the episodes of keys."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, detector: Detector, key: str) -> Known:
        """The episodes of a key."""
        row = self._store.get(TABLE, PARTITION, _row_key(detector, key))
        if row is None:
            return Known((), None)
        document = orjson.loads(row.values["doc"])  # type: ignore[arg-type]  # written below, as bytes
        return Known(tuple(Episode(int(step), bool(alerted)) for step, alerted in document), row.etag)

    def write(self, detector: Detector, key: str, episodes: Iterable[Episode], etag: str | None) -> None:
        """Writes the episodes over the version that was read. RowExists, RowChanged: another was first."""
        kept = list(episodes)[-_MOST_EPISODES:]
        values: Mapping[str, Scalar] = {
            "doc": orjson.dumps([[episode.step, episode.alerted] for episode in kept]),
            "until": max(episode.step for episode in kept) * _seconds(detector),
        }
        row = Row(PARTITION, _row_key(detector, key), values, etag)
        self._store.commit(TABLE, [Insert(row) if etag is None else Replace(row)])

    def alerted(self, detector: Detector, key: str, step: int) -> None:
        """Marks an episode as alerted, once its alert is in the outbox."""
        while True:
            known = self.read(detector, key)
            if not any(episode.step == step and not episode.alerted for episode in known.episodes):
                return
            marked = [Episode(e.step, e.alerted or e.step == step) for e in known.episodes]
            try:
                self.write(detector, key, marked, known.etag)
                return
            except RowChanged:
                continue

    def remove_old(self, before: datetime) -> None:
        """Deletes what began before a moment."""
        limit = before.timestamp()
        rows = self._store.query(TABLE, PARTITION, select=["until"])
        old = [Delete(row.partition, row.key) for row in rows if float(row.values.get("until", 0)) < limit]
        for group in transactions(old):
            self._store.commit(TABLE, group)


def _seconds(detector: Detector) -> int:
    return detector.window.step if detector.window else 1


def _row_key(detector: Detector, key: str) -> str:
    return f"{safe_key(detector.id)}|{safe_key(key, 100)}"
