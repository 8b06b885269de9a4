"""The sweep: judges the keys that no single batch could decide, and removes rows that no longer matter.

Run by the timer `watch_windows` each minute. It draws the small properties of all rows in their order, so that all
rows of a key come one after the other and a million keys take no memory; a key is read whole only where its
summaries say that it may be past its threshold, and they have changed since it was last read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from shared.detection.detector import Detector
from shared.detection.finding import Finding
from shared.judging._window_episodes import TABLE
from shared.judging.window_store import SHARDS, WindowStore, summary_of
from shared.storage import Delete, Row, Store, transactions

_PROPERTIES = ("detector", "key", "step", "amount", "hint")
_FUTURE = timedelta(days=8)
"""A row of a time so far ahead comes from a clock that is wrong, and would be kept for ever."""

MOST_SETTLED = 100_000


class Sweep:
    """Judges windows; made once, so that it remembers which keys were judged in the state that they are in."""

    def __init__(self, store: Store, windows: WindowStore) -> None:
        self._store = store
        self._windows = windows
        self._settled: dict[int, int] = {}

    def run(self, detectors: Iterable[Detector], now: datetime) -> Iterator[Finding]:
        """The findings of every key past its threshold; then removes what is too old to matter."""
        windowed = {detector.id: detector for detector in detectors if detector.window is not None}
        for shard in SHARDS:
            old: list[Delete] = []
            rows = self._store.query(TABLE, shard, select=_PROPERTIES)
            for name, of_key in groupby(rows, key=lambda row: row.key.rsplit("|", 2)[0]):
                group = list(of_key)
                detector = windowed.get(str(group[0].values["detector"]))
                if detector is not None:
                    yield from self._judged(name, detector, group, now)
                old += _too_old(detector, group, now)
                while len(old) >= 100:
                    self._delete(old[:100])
                    del old[:100]
            self._delete(old)
        self._windows.episodes.remove_old(now)

    def _delete(self, old: list[Delete]) -> None:
        for group in transactions(old):
            self._store.commit(TABLE, group)

    def _judged(self, name: str, detector: Detector, rows: list[Row], now: datetime) -> list[Finding]:
        window = detector.window
        if window is None:
            return []
        since = self._windows.episodes.begun(detector) if window.counts_since else None
        if not window.may_cross([(int(row.values["step"]), summary_of(row)) for row in rows], since):
            return []
        state = hash(tuple((row.key, row.etag) for row in rows))
        if self._settled.get(hash(name)) == state:
            return []
        verdict = self._windows.evaluate(detector, window, str(rows[0].values["key"]), now)
        if not verdict.findings and not verdict.pending:
            if len(self._settled) >= MOST_SETTLED:
                self._settled.clear()
            self._settled[hash(name)] = state
        return verdict.findings


def _too_old(detector: Detector | None, rows: list[Row], now: datetime) -> list[Delete]:
    """The rows that no window needs any more; all of them where their detector is gone."""
    if detector is None or detector.window is None:
        return [Delete(row.partition, row.key) for row in rows]
    step = detector.window.step
    oldest = int((now - detector.window.kept(detector.dedup_period)).timestamp()) // step
    latest = int((now + _FUTURE).timestamp()) // step + 1
    return [Delete(row.partition, row.key) for row in rows if not oldest <= int(row.values["step"]) <= latest]
