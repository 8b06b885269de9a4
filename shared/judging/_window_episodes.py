"""Episodes in the table: when a key went past its threshold, and whether the alert about it is in the outbox.

One row per detector and key that ever crossed (table `windows`, partition `episodes`), guarded by its ETag, so that
whoever writes the episode first is the only one to begin it. In the same partition stands, for detectors that ask for
it, when they began to count. Used by `window_store.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from shared.detection.detector import Detector
from shared.storage import (
    Delete,
    Insert,
    Replace,
    Row,
    RowChanged,
    RowExists,
    RowValue,
    Store,
    safe_key,
    transactions,
)

TABLE = "windows"
PARTITION = "episodes"
MOST_EPISODES = 500
"""Episodes of a key that are known at once; further ones are not begun, so that a key cannot flood the analysts."""

_KEPT = timedelta(days=15)
_TIDY_EVERY = timedelta(hours=1)
_BEGUN = "~begun"


@dataclass(frozen=True, slots=True)
class WindowEpisode:
    """A key's time past its threshold: the step in which it began, its label, whether its alert is in the outbox."""

    step: int
    alerted: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class KnownEpisodes:
    """The episodes of a key as they stand, and the version of their row (None: there is no row yet)."""

    episodes: tuple[WindowEpisode, ...]
    etag: str | None


class WindowEpisodes:
    """Reads and writes the episodes of keys."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._begun: dict[str, float] = {}
        self._tidied: datetime | None = None

    def read(self, detector: Detector, key: str) -> KnownEpisodes:
        """The episodes of a key."""
        row = self._store.get(TABLE, PARTITION, _row_key(detector, key))
        if row is None:
            return KnownEpisodes((), None)
        document = orjson.loads(row.values["doc"])  # type: ignore[arg-type]  # written below, as bytes
        return KnownEpisodes(
            tuple(WindowEpisode(int(s), bool(a), str(label)) for s, a, label in document), row.etag
        )

    def write(
        self, detector: Detector, key: str, episodes: Iterable[WindowEpisode], etag: str | None
    ) -> None:
        """Writes the episodes over the version that was read. RowExists, RowChanged: another was first."""
        window = detector.window
        step = window.episode_step if window else 1
        kept = window.kept(detector.dedup_period) if window else _KEPT
        known = sorted(episodes, key=lambda episode: episode.step)
        oldest = known[-1].step - 2 * int(max(kept, _KEPT).total_seconds()) // step
        known = [episode for episode in known if episode.step >= oldest or not episode.alerted]
        values: Mapping[str, RowValue] = {
            "doc": orjson.dumps([[episode.step, episode.alerted, episode.label] for episode in known]),
            "until": known[-1].step * step + max(kept, _KEPT).total_seconds(),
        }
        row = Row(PARTITION, _row_key(detector, key), values, etag)
        self._store.commit(TABLE, [Insert(row) if etag is None else Replace(row)])

    def alerted(self, detector: Detector, key: str, step: int, label: str = "") -> None:
        """Marks an episode as alerted, once its alert is in the outbox."""
        while True:
            known = self.read(detector, key)
            mine = [e for e in known.episodes if (e.step, e.label) == (step, label) and not e.alerted]
            if not mine:
                return
            marked = [WindowEpisode(e.step, e.alerted or e in mine, e.label) for e in known.episodes]
            try:
                self.write(detector, key, marked, known.etag)
                return
            except (RowExists, RowChanged):
                continue

    def begun(self, detector: Detector, time: float | None = None) -> float | None:
        """When the detector began to count: the earliest time given. Reads and writes only what is new."""
        known = self._begun.get(detector.id)
        if known is not None and (time is None or time >= known):
            return known
        row_key = f"{safe_key(detector.id)}|{_BEGUN}"
        while True:
            row = self._store.get(TABLE, PARTITION, row_key)
            stored = float(row.values["begun"]) if row else None
            if stored is not None and (time is None or time >= stored):
                self._begun[detector.id] = stored
                return stored
            if time is None:
                return None
            new = Row(PARTITION, row_key, {"begun": time}, row.etag if row else None)
            try:
                self._store.commit(TABLE, [Replace(new) if row else Insert(new)])
            except (RowExists, RowChanged):
                continue
            self._begun[detector.id] = time
            return time

    def remove_old(self, now: datetime) -> None:
        """Deletes what no record can belong to any more; at most once an hour."""
        if self._tidied is not None and now - self._tidied < _TIDY_EVERY:
            return
        limit = now.timestamp()
        rows = self._store.query(TABLE, PARTITION, select=["until"])
        old = [
            Delete(row.partition, row.key)
            for row in rows
            if "until" in row.values and float(row.values["until"]) < limit
        ]
        for group in transactions(old):
            self._store.commit(TABLE, group)
        self._tidied = now


def _row_key(detector: Detector, key: str) -> str:
    return f"{safe_key(detector.id)}|{safe_key(key, 100)}"
