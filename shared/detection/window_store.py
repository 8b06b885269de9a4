"""Windows in the table: count own rows, read the others', raise an episode once.

Layout of table `windows`: a table partition per detector; keys `<key>|<step>|<hub partition>` for counts and
`<key>|!` for the episodes of a key. So one transaction counts up to a hundred keys of a detector, and one range
query reads everything about a key. Each hub partition writes its own rows only; readers add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import orjson

from shared.detection.detector import Detector
from shared.detection.finding import MOST_REFERENCES, Finding
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
)
from shared.storage import (
    Delete,
    Insert,
    Replace,
    Row,
    RowChanged,
    RowExists,
    Scalar,
    Store,
    key_range,
    safe_key,
    transactions,
)
from shared.storage.owned import OwnedRows

TABLE = "windows"
LATENESS = timedelta(hours=1)
"""How late a record may come and still find the rows of its window."""

_EPISODE = "!"
_MOST_EPISODES = 20
_MOST_KNOWN = 100_000


@dataclass(frozen=True, slots=True)
class Episode:
    """A key's time past its threshold: the step in which it began, and whether its alert is in the outbox."""

    step: int
    alerted: bool


class WindowStore:
    """The windows of one collector. `partitions`: how many hub partitions may share a key."""

    def __init__(self, store: Store, partitions: int, most_cached: int = 20_000) -> None:
        self._store = store
        self._partitions = max(1, partitions)
        self._owned = OwnedRows(store, TABLE, most_cached)
        self._values: set[tuple[str, str, int, str]] = set()
        self._shares: dict[str, dict[int, int]] = {}

    def commit(self, owner: str, contributions: Mapping[str, Contributions]) -> list[Finding]:
        """Counts what a batch of hub partition `owner` contributes; gives the findings of keys past their threshold.

        Counting again changes nothing. A key is read and judged at once when its own share could be the largest of
        a crossing (the threshold divided by the number of hub partitions, at least two); the others are left to
        `sweep`, which judges every key within a minute.
        """
        findings: list[Finding] = []
        for contribution in contributions.values():
            detector, window = contribution.detector, contribution.window
            near: dict[str, int] = {}
            partition = safe_key(detector.id)
            names = {key: _key_part(key) for key, _ in contribution.cells}
            own, place = "|" + safe_key(owner, 60), owner.replace("|", "/")
            rows = self._owned.update(
                partition,
                {
                    f"{names[cell.key]}{max(cell.bucket, 0):012d}{own}": partial(
                        _fold, cell=cell, contributions=contribution, owner=place
                    )
                    for cell in contribution.cells.values()
                },
            )
            for (key, step), cell in contribution.cells.items():
                row = rows[f"{names[key]}{max(step, 0):012d}{own}"]
                self._note_known(detector.id, cell)
                share = self._note_share(
                    f"{partition}|{names[key]}{own}", step, int(row.values["amount"]), window
                )
                if share >= 2 or window.threshold < 2:
                    near.setdefault(key, 0)
                    near[key] = max(near[key], share)
            for key, share in near.items():
                if share * self._partitions >= window.threshold:
                    findings += self.evaluate(detector, window, key)
        return findings

    def knows(self, detector: str, key: str, step: int, value: str) -> bool:
        """Whether a row of this process is known to hold the value, so that counting it changes nothing."""
        return (detector, key, step, value) in self._values

    def _note_known(self, detector: str, cell: Cell) -> None:
        if len(self._values) > _MOST_KNOWN:
            self._values.clear()
        self._values.update(
            (detector, cell.key, cell.bucket, mark.value) for mark in cell.marks if mark.value is not None
        )

    def _note_share(self, name: str, step: int, amount: int, window: Window) -> int:
        """The most that this hub partition's rows of a key come to within a window's reach of `step`."""
        if len(self._shares) > _MOST_KNOWN:
            self._shares.clear()  # what is forgotten here is judged by the sweep
        shares = self._shares.setdefault(name, {})
        shares[step] = amount
        for old in [other for other in shares if other < step - 2 * window.steps]:
            del shares[old]
        return sum(shares.values())

    def evaluate(self, detector: Detector, window: Window, key: str) -> list[Finding]:
        """Reads everything about a key and begins the episodes that its state shows. Safe to call at any time."""
        partition = safe_key(detector.id)
        while True:
            first, last = key_range(_key_part(key))
            rows = list(self._store.query(TABLE, partition, first=first, last=last))
            head = next((row for row in rows if row.key.endswith("|" + _EPISODE)), None)
            try:
                return self._begin(detector, window, key, rows, head)
            except (RowExists, RowChanged):
                continue  # another instance judged at the same time: read what it made of it

    def _begin(
        self, detector: Detector, window: Window, key: str, rows: list[Row], head: Row | None
    ) -> list[Finding]:
        buckets: dict[int, list[Bucket]] = {}
        for row in rows:
            if row is not head:
                buckets.setdefault(int(row.key.split("|")[1]), []).append(_bucket(row))
        episodes = _episodes(head)
        cover = max(window.steps, int(detector.dedup_period.total_seconds()) // window.step)
        crossings = judge(window, key, buckets, [episode.step for episode in episodes], cover)
        if crossings:
            episodes += [Episode(crossing.step, False) for crossing in crossings]
            self._write_episodes(detector, key, episodes, head)
        pending = {episode.step for episode in episodes if not episode.alerted}
        known = {crossing.step: crossing for crossing in crossings}
        for step in sorted(pending - set(known)):
            repeated = judge(window, key, buckets, [], cover, only=step)
            known.update({crossing.step: crossing for crossing in repeated})
        return [_finding(detector, window, known[step]) for step in sorted(known)]

    def _write_episodes(
        self, detector: Detector, key: str, episodes: list[Episode], head: Row | None
    ) -> None:
        document = [[episode.step, episode.alerted] for episode in episodes[-_MOST_EPISODES:]]
        values: Mapping[str, Scalar] = {"doc": orjson.dumps(document), "step": max(e.step for e in episodes)}
        row = Row(safe_key(detector.id), _key_part(key) + _EPISODE, values, head.etag if head else None)
        self._store.commit(TABLE, [Replace(row) if head else Insert(row)])

    def alerted(self, finding: Finding) -> None:
        """Marks the episode of a window finding as alerted, once its alert is in the outbox."""
        _, key, text = finding.identity
        step = int(text)
        partition, row_key = safe_key(finding.detector.id), _key_part(key) + _EPISODE
        while True:
            head = self._store.get(TABLE, partition, row_key)
            episodes = _episodes(head)
            if head is None or not any(e.step == step and not e.alerted for e in episodes):
                return
            marked = [Episode(e.step, e.alerted or e.step == step) for e in episodes]
            try:
                self._write_episodes(finding.detector, key, marked, head)
                return
            except RowChanged:
                continue

    def sweep(self, detectors: Iterable[Detector], now: datetime) -> Iterator[Finding]:
        """Judges every key with recent rows, and removes rows too old to matter. For the timer."""
        for detector in detectors:
            if detector.window is None:
                continue
            keep = max(detector.window.period, detector.dedup_period) * 2 + LATENESS
            oldest = int((now - keep).timestamp()) // detector.window.step
            for key, steps in self._keys(detector, oldest).items():
                if steps:
                    yield from self.evaluate(detector, detector.window, key)

    def _keys(self, detector: Detector, oldest: int) -> dict[str, int]:
        """Keys of a detector with how many live rows they have; deletes what is older than step `oldest`."""
        found: dict[str, int] = {}
        old: list[Delete] = []
        for row in self._store.query(TABLE, safe_key(detector.id), select=["key", "step"]):
            if int(row.values.get("step", 0)) < oldest:
                old.append(Delete(row.partition, row.key))
            elif not row.key.endswith("|" + _EPISODE):
                key = str(row.values.get("key", ""))
                found[key] = found.get(key, 0) + 1
        for group in transactions(old):
            self._store.commit(TABLE, group)
        return found

    def forget(self) -> None:
        """Drops what is cached, as after a restart."""
        self._owned.forget()
        self._values.clear()
        self._shares.clear()


def _key_part(key: str) -> str:
    """The beginning of every row of a key."""
    return safe_key(key, 100) + "|"


def _fold(
    row: Row | None, cell: Cell, contributions: Contributions, owner: str
) -> Mapping[str, Scalar] | None:
    bucket = fold_cell(_bucket(row) if row else None, cell, contributions, owner)
    if bucket is None:
        return None
    document = orjson.dumps(bucket_values(bucket, cell.key, cell.bucket))
    amount = len(bucket.values) if contributions.window.of else bucket.count
    return {
        "doc": document,
        "seq": bucket.sequence_number,
        "key": cell.key,
        "step": cell.bucket,
        "amount": amount,
    }


def _bucket(row: Row) -> Bucket:
    document: dict[str, Any] = orjson.loads(row.values["doc"])  # type: ignore[arg-type]  # written by _fold, as bytes
    return bucket_from(document, int(row.values["seq"]))


def _episodes(head: Row | None) -> list[Episode]:
    if head is None:
        return []
    return [Episode(int(step), bool(alerted)) for step, alerted in orjson.loads(head.values["doc"])]  # type: ignore[arg-type]  # written above, as bytes


def _key_fields(window: Window, key: str) -> dict[str, str]:
    """The fields that a window is kept by, with their values for a key (folded, as they are compared)."""
    return dict(zip(window.by, key.split("\x1f"), strict=False))


def _reconciled(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """Fields of both that do not contradict each other; a row far from the threshold holds the brief ones only."""
    merged = {**second, **first}
    return {name: value for name, value in merged.items() if second.get(name, value) == value}


def _finding(detector: Detector, window: Window, crossing: Crossing) -> Finding:
    fields: dict[str, str] | None = None
    references: list[str] = []
    shown: list[str] = []
    for bucket in crossing.buckets:
        fields = dict(bucket.fields) if fields is None else _reconciled(fields, bucket.fields)
        references.extend(bucket.references)
        shown.extend(value for value in bucket.shown if value not in shown)
    fields = fields or {}
    evidence: dict[str, object] = {
        "key": _key_fields(window, crossing.key),
        "threshold": window.threshold,
        "seen": crossing.seen,
        "period_seconds": int(window.period.total_seconds()),
    }
    if window.of:
        evidence["of"] = window.of
        evidence["values"] = shown[:MOST_REFERENCES]
    return Finding(
        detector,
        ("window", crossing.key, str(crossing.step)),
        fields.get("source", detector.sources[0]),
        {**_key_fields(window, crossing.key), **{k: v for k, v in fields.items() if k != "source"}},
        datetime.fromtimestamp(min(bucket.first for bucket in crossing.buckets), UTC),
        datetime.fromtimestamp(max(bucket.last for bucket in crossing.buckets), UTC),
        count=sum(bucket.count for bucket in crossing.buckets),
        references=references[:MOST_REFERENCES],
        evidence=evidence,
    )
