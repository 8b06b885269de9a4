"""Windows in the table: count own rows, read the others', raise an episode once.

Layout of table `windows`: a few table partitions, chosen by detector and key, with rows
`<detector>|<key>|<step>|<hub partition>`. So one transaction counts up to a hundred keys of all detectors, one range
query reads everything about a key however many hub partitions there are, and a key is only read when it may be past
its threshold. Each hub partition writes its own rows only; readers add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zlib import crc32

import orjson

from shared.detection.detector import Detector
from shared.detection.episodes import Episode, Episodes
from shared.detection.finding import MOST_REFERENCES, VARIES, Finding, reconciled
from shared.detection.shares import Shares
from shared.detection.window import Window
from shared.detection.windows import (
    Bucket,
    Cell,
    Contributions,
    Crossing,
    bucket_from,
    bucket_values,
    fold_cell,
    judge,
    latest_amount,
)
from shared.storage import (
    Delete,
    Row,
    RowChanged,
    RowExists,
    Scalar,
    Store,
    key_range,
    safe_key,
    transactions,
)
from shared.storage.owned import Fold, OwnedRows

TABLE = "windows"
LATENESS = timedelta(hours=1)
"""How late a record may come and still find the rows of its window."""

SHARDS = ("w0", "w1", "w2", "w3")
"""Table partitions: each takes some 2,000 rows a second in Azure, and a batch costs at least one write in each."""

_MOST_KNOWN = 100_000
_LARGEST_DOCUMENT = 60_000


class WindowStore:
    """The windows of one collector. `partitions`: how many hub partitions may share a key."""

    def __init__(self, store: Store, partitions: int, most_cached: int = 20_000) -> None:
        self._store = store
        self._partitions = max(1, partitions)
        self._owned = OwnedRows(store, TABLE, most_cached)
        self._episodes = Episodes(store)
        self._values: set[tuple[str, str, int, str]] = set()
        self._shares = Shares()

    def commit(self, owner: str, contributions: Mapping[str, Contributions]) -> list[Finding]:
        """Counts what a batch of hub partition `owner` contributes; gives the findings of keys past their threshold.

        Counting again changes nothing. A key is read and judged at once when its own share could be the largest of
        a crossing (the threshold divided by the number of hub partitions, at least two); the others are left to
        `sweep`, which judges every key within a minute.
        """
        if not contributions:
            return []
        own, place = safe_key(owner, 60), owner.replace("|", "/")
        cells: list[tuple[str, str, Contributions, Cell]] = []
        folds: dict[str, dict[str, Fold]] = {}
        for contribution in contributions.values():
            names: dict[str, str] = {}
            for cell in contribution.cells.values():
                name = names.get(cell.key)
                if name is None:
                    name = names[cell.key] = _name(contribution.detector, cell.key)
                row_key = f"{name}{max(cell.bucket, 0):012d}|{own}"
                cells.append((name, row_key, contribution, cell))
                folds.setdefault(_shard(name), {})[row_key] = partial(
                    _fold, cell=cell, contributions=contribution, owner=place
                )
        rows: dict[str, Row] = {}
        for shard, of_shard in folds.items():
            rows.update(self._owned.update(shard, of_shard))
        near: dict[tuple[str, str], tuple[Contributions, str, int]] = {}
        for name, row_key, contribution, cell in cells:
            self._note_known(contribution.detector.id, cell)
            own = f"{owner}|{name}"
            share = self._shares.note(own, cell, int(rows[row_key].values["amount"]), contribution.window)
            if self._shares.may_decide(own, share, contribution.window.threshold, self._partitions):
                near[contribution.detector.id, cell.key] = (contribution, own, share)
        findings: list[Finding] = []
        for (_, key), (contribution, own, share) in near.items():
            found, seen = self.evaluate(contribution.detector, contribution.window, key)
            self._shares.judged(own, share, seen)
            findings += found
        return findings

    def knows(self, detector: str, key: str, step: int, value: str) -> bool:
        """Whether a row of this process is known to hold the value, so that counting it changes nothing."""
        return (detector, key, step, value) in self._values

    def _note_known(self, detector: str, cell: Cell) -> None:
        if len(self._values) > _MOST_KNOWN:
            self._values.clear()
        for mark in cell.marks:
            if mark.value is not None:
                self._values.add((detector, cell.key, cell.bucket, mark.value))

    def evaluate(self, detector: Detector, window: Window, key: str) -> tuple[list[Finding], int]:
        """Reads everything about a key and begins the episodes that its state shows; safe to call at any time.

        Gives the findings, and what the key's latest window comes to.
        """
        buckets = self._buckets(detector, key)
        cover = max(window.steps, int(detector.dedup_period.total_seconds()) // window.step)
        seen = latest_amount(window, buckets)
        if not judge(window, key, buckets, [], cover):
            return [], seen
        while True:
            known = self._episodes.read(detector, key)
            crossings = judge(window, key, buckets, [episode.step for episode in known.episodes], cover)
            if crossings:
                begun = [Episode(crossing.step, alerted=False) for crossing in crossings]
                try:
                    self._episodes.write(detector, key, [*known.episodes, *begun], known.etag)
                except (RowExists, RowChanged):
                    buckets = self._buckets(detector, key)
                    continue  # another instance judged at the same time: look at what it made of it
            for episode in known.episodes:
                if not episode.alerted:  # begun, but its alert may have been lost in a crash
                    crossings += judge(window, key, buckets, [], cover, only=episode.step)
            return [_finding(detector, window, crossing) for crossing in crossings], seen

    def _buckets(self, detector: Detector, key: str) -> dict[int, list[Bucket]]:
        name = _name(detector, key)
        first, last = key_range(name)
        found: dict[int, list[Bucket]] = {}
        for row in self._store.query(TABLE, _shard(name), first=first, last=last):
            found.setdefault(int(row.values["step"]), []).append(_bucket(row))
        return found

    def alerted(self, finding: Finding) -> None:
        """Marks the episode of a window finding as alerted, once its alert is in the outbox."""
        _, key, step = finding.identity
        self._episodes.alerted(finding.detector, key, int(step))

    def sweep(self, detectors: Iterable[Detector], now: datetime) -> Iterator[Finding]:
        """Judges every key whose rows together may be past the threshold, and removes old rows. For the timer."""
        windowed = {detector.id: detector for detector in detectors if detector.window is not None}
        for (name, key), amount in self._amounts(windowed, now).items():
            detector = windowed[name]
            window = detector.window
            if window is not None and amount >= window.threshold:
                found, _ = self.evaluate(detector, window, key)
                yield from found
        self._episodes.remove_old(now - timedelta(days=15))

    def _amounts(self, windowed: Mapping[str, Detector], now: datetime) -> dict[tuple[str, str], int]:
        """What the rows of every key come to over all hub partitions; rows too old to matter are deleted."""
        found: dict[tuple[str, str], int] = {}
        for shard in SHARDS:
            old: list[Delete] = []
            for row in self._store.query(TABLE, shard, select=["detector", "key", "step", "amount"]):
                detector = windowed.get(str(row.values["detector"]))
                if detector is None or int(row.values["step"]) < _oldest(detector, now):
                    old.append(Delete(row.partition, row.key))
                    continue
                key = (detector.id, str(row.values["key"]))
                found[key] = found.get(key, 0) + int(row.values["amount"])
            for group in transactions(old):
                self._store.commit(TABLE, group)
        return found

    def forget(self) -> None:
        """Drops what is cached, as after a restart."""
        self._owned.forget()
        self._values.clear()
        self._shares = Shares()


def _name(detector: Detector, key: str) -> str:
    """The beginning of every row of a key."""
    return f"{safe_key(detector.id)}|{safe_key(key, 100)}|"


def _shard(name: str) -> str:
    return SHARDS[crc32(name.encode()) % len(SHARDS)]


def _oldest(detector: Detector, now: datetime) -> int:
    """The first step that may still matter to a window of the detector."""
    window = detector.window
    if window is None:
        return 0
    keep = max(window.period, detector.dedup_period) * 2 + LATENESS
    return int((now - keep).timestamp()) // window.step


def _fold(
    row: Row | None, cell: Cell, contributions: Contributions, owner: str
) -> Mapping[str, Scalar] | None:
    bucket = fold_cell(_bucket(row) if row else None, cell, contributions, owner)
    if bucket is None:
        return None
    return {
        "doc": _document(bucket),
        "seq": bucket.sequence_number,
        "detector": contributions.detector.id,
        "key": cell.key,
        "step": cell.bucket,
        "amount": len(bucket.values) if contributions.window.of else bucket.count,
    }


def _document(bucket: Bucket) -> bytes:
    """A bucket as JSON that fits a property; hostile texts take six bytes a character and are left out then."""
    document = orjson.dumps(bucket_values(bucket))
    if len(document) <= _LARGEST_DOCUMENT:
        return document
    return orjson.dumps(bucket_values(replace(bucket, fields={}, shown=())))


def _bucket(row: Row) -> Bucket:
    document: list[Any] = orjson.loads(row.values["doc"])  # type: ignore[arg-type]  # written by _fold, as bytes
    return bucket_from(document, int(row.values["seq"]))


def _finding(detector: Detector, window: Window, crossing: Crossing) -> Finding:
    fields: dict[str, str] = {}
    references: list[str] = []
    shown: list[str] = []
    for bucket in crossing.buckets:
        fields = reconciled(fields, bucket.fields)
        references.extend(bucket.references)
        shown.extend(value for value in bucket.shown if value not in shown)
    evidence: dict[str, object] = {
        "key": _key_fields(window, crossing.key),
        "threshold": window.threshold,
        "seen": crossing.seen,
        "period_seconds": int(window.period.total_seconds()),
    }
    if window.of:
        evidence["of"] = window.of
        evidence["values"] = shown[:MOST_REFERENCES]
    source = fields.pop("source", VARIES) or detector.sources[0]
    return Finding(
        detector,
        ("window", crossing.key, str(crossing.step)),
        source,
        {**{k: v for k, v in fields.items() if v != VARIES}, **_key_fields(window, crossing.key)},
        datetime.fromtimestamp(min(bucket.first for bucket in crossing.buckets), UTC),
        datetime.fromtimestamp(max(bucket.last for bucket in crossing.buckets), UTC),
        count=sum(bucket.count for bucket in crossing.buckets),
        references=references[:MOST_REFERENCES],
        evidence=evidence,
    )


def _key_fields(window: Window, key: str) -> dict[str, str]:
    """The fields that a window is kept by, with their values for a key (folded, as they are compared)."""
    return dict(zip(window.by, key.split("\x1f"), strict=False))
