"""Windows in the table: count own rows, read the others', raise an episode once.

Layout of table `windows`: a few table partitions, chosen by detector and key, with rows
`<detector>|<key>|<step>|<hub partition>`. So one transaction counts up to a hundred keys of all detectors, one range
query reads everything about a key however many hub partitions there are, and a key is only read when it may be past
its threshold. Each hub partition writes its own rows only; readers add up. Findings that are counted by other
detectors stand in rows of their own, `...|findings`, which whoever has them writes (see `correlation.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple
from zlib import crc32

from shared.detection.detector import Detector
from shared.detection.finding import Finding
from shared.detection.windows.bucket import Bucket, Crossing, Summary, bucket_of, document
from shared.detection.windows.contributions import Contributions, Known, fold_cell, new_episodes, resumed
from shared.detection.windows.evidence import finding_about
from shared.detection.windows.key_shares import Shares
from shared.detection.windows.known import KnownValues
from shared.detection.windows.marks import Cell
from shared.detection.windows.window import Window
from shared.judging._window_episodes import MOST_EPISODES, TABLE, WindowEpisode, WindowEpisodes
from shared.storage import Row, RowChanged, RowExists, RowValue, Store, key_range, safe_key
from shared.storage.owned_rows import Fold, OwnedRows

SHARDS = ("w0", "w1", "w2", "w3")
"""Table partitions: each takes some 2,000 rows a second in Azure, and a batch costs at least one write in each."""

_SHORT = 100
"""Characters of a key that stand in the key of its rows."""

MOST_CACHED_BYTES = 32 << 20
"""Own rows that are remembered, so that counting reads nothing."""


class KeyJudgement(NamedTuple):
    """What judging a key came to: findings, what it stands at and would need, how far an episode reaches;
    whether time alone may bring more; and the values that its rows hold, where they are few.
    """

    findings: list[Finding]
    reached: tuple[int, int]
    quiet_until: int
    pending: bool
    values: frozenset[bytes] | None = None


class _WrittenCell(NamedTuple):
    """A cell that was written, and where."""

    name: str
    contribution: Contributions
    cell: Cell
    row: Row


class WindowStore:
    """The windows of one collector. `partitions`: how many hub partitions may share a key."""

    def __init__(self, store: Store, partitions: int, most_cached_bytes: int = MOST_CACHED_BYTES) -> None:
        self._store = store
        self._partitions = max(1, partitions)
        self._owned = OwnedRows(store, TABLE, most_bytes=most_cached_bytes)
        self.episodes = WindowEpisodes(store)
        self._known = KnownValues()
        self.knows: Known = self._known.holds
        """Whether a row of this process is known to hold a value, so that counting it changes nothing."""
        self._shares = Shares()

    def commit(self, owner: str, contributions: Mapping[str, Contributions]) -> list[Finding]:
        """Counts what a batch of hub partition `owner` contributes; gives the findings of keys past their threshold.

        Counting again changes nothing. A key is read and judged at once when its own rows could decide it; the
        others are left to the sweep (`window_sweep.py`), which judges every key within a minute.
        """
        near: dict[tuple[str, str], tuple[Contributions, int, int, int]] = {}
        for name, contribution, cell, row in self._count(owner, contributions):
            own = hash((owner, name))
            if contribution.window.remembers:
                self._known.note(contribution.detector.id, cell, contribution.window)
            share = self._near(own, contribution, cell, row)
            if share is not None:
                near[contribution.detector.id, cell.key] = (contribution, own, *share)
        findings: list[Finding] = []
        for (_, key), (contribution, own, share_now, epoch) in near.items():
            detector, window = contribution.detector, contribution.window
            verdict = self.evaluate(detector, window, key, None)
            self._shares.judged(own, share_now, verdict.reached, epoch, verdict.values)
            if window.decided == "content":
                self._shares.quiet(own, verdict.quiet_until)
            findings += verdict.findings
        return findings

    def _count(self, owner: str, contributions: Mapping[str, Contributions]) -> list[_WrittenCell]:
        """Brings the rows to what they should be."""
        own, place = safe_key(owner, 60), owner.replace("|", "/")
        cells: list[tuple[str, str, Contributions, Cell]] = []
        folds: dict[str, dict[str, Fold]] = {shard: {} for shard in SHARDS}
        for contribution in contributions.values():
            if contribution.window.counts_since and contribution.cells:
                times = (mark.time for cell in contribution.cells.values() for mark in cell.marks)
                self.episodes.begun(contribution.detector, min(times))
            detector = safe_key(contribution.detector.id)
            for cell in contribution.cells.values():
                name = f"{detector}|{_safe(cell.key)}|"
                row_key = f"{name}{cell.bucket:012d}|{own}"
                cells.append((name, row_key, contribution, cell))
                folds[SHARDS[crc32(name.encode()) % len(SHARDS)]][row_key] = partial(
                    _fold, cell, contribution, place
                )
        rows: dict[str, Row] = {}
        for shard, of_shard in folds.items():
            if of_shard:
                rows.update(self._owned.update(shard, of_shard))
        return [
            _WrittenCell(name, contribution, cell, rows[row_key])
            for name, row_key, contribution, cell in cells
        ]

    def _near(self, own: int, contribution: Contributions, cell: Cell, row: Row) -> tuple[int, int] | None:
        """Own share and epoch of a key that is worth reading now; None for the others."""
        window = contribution.window
        if window.decided == "timer":
            return None
        rows = self._shares.note(own, cell, summary_of(row), window)
        if contribution.identified:
            return (0, 0) if window.may_cross(rows.items()) else None
        if window.decided == "content":
            if self._shares.is_quiet(own, cell.bucket) or not window.may_cross(
                rows.items(), self._since(contribution)
            ):
                return None
            return 0, 0
        if window.remembers:
            values = self._shares.different(own, cell, window)
            if self._shares.is_met(own, values, self._partitions):
                return None
            share = len(values)
        else:
            share = window.own_share(rows)
        epoch = window.epoch(rows)
        decides = self._shares.may_decide(own, share, window.threshold, self._partitions, epoch)
        return (share, epoch) if decides else None

    def _since(self, contribution: Contributions) -> float | None:
        window = contribution.window
        return self.episodes.begun(contribution.detector) if window.counts_since else None

    def evaluate(self, detector: Detector, window: Window, key: str, now: datetime | None) -> KeyJudgement:
        """Reads everything about a key and begins the episodes that its state shows; safe to call at any time.

        now: given by the timer, which also judges what only time decides.
        """
        since = self.episodes.begun(detector) if window.counts_since else None
        while True:
            rows = self._rows(detector, window, key)
            standing = window.standing(rows) if window.decided == "share" else (0, 0)
            pending = now is not None and window.pending(rows, now)
            crossings = list(window.crossings(rows, now, since))
            if not crossings:
                return KeyJudgement([], standing, 0, pending, window.met(rows))
            known = self.episodes.read(detector, key)
            cover = window.cover(detector.dedup_period)
            before = [(episode.step, episode.label) for episode in known.episodes]
            begun = new_episodes(crossings, before, cover, MOST_EPISODES)
            if begun:
                new = [
                    WindowEpisode(crossing.step, alerted=False, label=crossing.label) for crossing in begun
                ]
                try:
                    self.episodes.write(detector, key, [*known.episodes, *new], known.etag)
                except (RowExists, RowChanged):
                    continue  # another instance judged at the same time: look at what it made of it
            # What was begun, but whose alert may have been lost in a crash, is raised again.
            lost = [(episode.step, episode.label) for episode in known.episodes if not episode.alerted]
            reported = [*begun, *resumed(crossings, lost, cover)]
            unlabelled = [crossing.step for crossing in begun if not crossing.label]
            unlabelled += [step for step, label in before if not label]
            quiet = (max(unlabelled) + cover) * window.episode_step // window.step if unlabelled else 0
            return KeyJudgement(_findings(detector, window, key, reported), standing, quiet, pending)

    def _rows(self, detector: Detector, window: Window, key: str) -> dict[int, list[Bucket]]:
        name = name_of(detector, key)
        first, last = key_range(name)
        found: dict[int, list[Bucket]] = {}
        for row in self._store.query(TABLE, shard_of(name), first=first, last=last):
            found.setdefault(int(row.values["step"]), []).append(_bucket(row, window))
        return found

    def alerted(self, finding: Finding) -> None:
        """Marks the episode of a window finding as alerted, once its alert is in the outbox."""
        _, key, step, *label = finding.identity
        self.episodes.alerted(finding.detector, key, int(step), *label)

    def forget(self) -> None:
        """Drops what is cached, as after a restart."""
        self._owned.forget()
        self._known.clear()
        self._shares = Shares()


def name_of(detector: Detector, key: str) -> str:
    """The beginning of every row of a key."""
    return f"{safe_key(detector.id)}|{_safe(key)}|"


def _safe(key: str) -> str:
    return _safe_short(key) if len(key) <= _SHORT else safe_key(key, _SHORT)


@lru_cache(maxsize=30_000)
def _safe_short(key: str) -> str:
    """Remembered, because the same keys come again and again; long ones are not, so that memory is bounded."""
    return safe_key(key, _SHORT)


def shard_of(name: str) -> str:
    """The table partition of a key's rows."""
    return SHARDS[crc32(name.encode()) % len(SHARDS)]


def summary_of(row: Row) -> Summary:
    """What stands beside a row's document."""
    return Summary(int(row.values["amount"]), str(row.values.get("hint", "")))


def _fold(
    cell: Cell, contributions: Contributions, owner: str, row: Row | None
) -> Mapping[str, RowValue] | None:
    window = contributions.window
    bucket = fold_cell(_bucket(row, window) if row else None, cell, contributions, owner)
    if bucket is None:
        return None
    summary = window.summary(bucket)
    values: dict[str, RowValue] = {
        "doc": document(bucket),
        "seq": bucket.sequence_number,
        "detector": contributions.detector.id,
        "key": cell.key,
        "step": cell.bucket,
        "amount": summary.amount,
    }
    if summary.hint:
        values["hint"] = summary.hint
    return values


def _bucket(row: Row, window: Window) -> Bucket:
    found: Any = row.values["doc"]
    return bucket_of(found, int(row.values["seq"]), window.content_type)


def _findings(detector: Detector, window: Window, key: str, crossings: list[Crossing]) -> list[Finding]:
    return [finding_about(detector, window, key, crossing) for crossing in crossings]
