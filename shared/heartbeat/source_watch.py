"""Judges every source: which fell silent, thin or late, which came back, which was expected and never arrived.

`check` goes through all entities, judges each, and writes the states without a verdict at once. Verdicts come back as
notices; the caller stores their alerts, then calls `keep`. After a kill in between, the next check gives the same
notices, and their alerts have the same ids. Called by the timer `watch_heartbeats`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.base.severity import Severity
from shared.heartbeat._gathering import Gathered, bounded, gathered
from shared.heartbeat._virtual import observed
from shared.heartbeat.entity import Entity
from shared.heartbeat.entity_policies import Policies, names
from shared.heartbeat.heartbeat_rows import KEEP_HOURS, Heartbeats, PartitionClock
from shared.heartbeat.judgement.entity_check import judge
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.judgement.memory import EntityMemory, Track
from shared.heartbeat.judgement.observation import HOUR, Observation
from shared.heartbeat.judgement.verdict import Judgement, SourceFinding, Verdict
from shared.heartbeat.roster import is_overflow
from shared.heartbeat.state import (
    DARK,
    HEALTHY,
    NEVER_SEEN,
    OVERFLOWING,
    SILENT,
    STATE,
    TABLE,
    EntityRow,
    SourceState,
)
from shared.heartbeat.state import state_of as _state_of
from shared.storage import Delete, Operation, Row, Store, Upsert, transactions

__all__ = [
    "DARK",
    "HEALTHY",
    "NEVER_SEEN",
    "OVERFLOWING",
    "SILENT",
    "Check",
    "Notice",
    "SourceState",
    "Watch",
    "Watched",
]

_AT_WORK = timedelta(minutes=10)
_BACKLOG = timedelta(minutes=2)
_BEFORE = 2
"""Hours before the one of the check that judgement wants to see."""
_TOGETHER = 1_000
MOST_NOTICES = 20_000
"""Notices of one check, so that its memory is bounded even when a hundred thousand entities fall silent together."""
_CURSOR = ("cursor", "watch")


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of a finding, and the source it is about as it now is. since: when the finding began (seconds)."""

    state: SourceState
    verdict: Verdict
    since: float


@dataclass(slots=True)
class Check:
    """What a check came to: all states, notices to raise alerts for, and what to write once they are stored.

    behind: how far the collector itself is behind the hub. left: entities beyond `MOST_NOTICES`, which are left
    to the next check.
    """

    now: datetime
    behind: timedelta = timedelta()
    states: dict[Entity, SourceState] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    pending: list[Operation] = field(default_factory=list)
    recreated: list[PartitionClock] = field(default_factory=list)
    left: int = 0
    overflowing: list[SourceState] = field(default_factory=list)


class Watched:
    """The entities that are watched, read from the store each time it is gone through."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __iter__(self) -> Iterator[Entity]:
        for row in self._store.query(TABLE, STATE, select=["entity"]):
            with suppress(ValueError):  # a damaged row names nobody
                yield Entity.from_text(str(row.values.get("entity")))


class Watch:
    """Judges the entities of one collector and keeps what is known of them in the store."""

    def __init__(self, store: Store, heartbeats: Heartbeats, policies: Policies) -> None:
        self._store = store
        self._heartbeats = heartbeats
        self._policies = policies

    def look(self, now: datetime) -> dict[Entity, SourceState]:
        """The states at `now`; nothing is written."""
        return self._judge_all(now, write=False).states

    def check(self, now: datetime) -> Check:
        """Judges all entities. The caller stores the alerts about its notices, then calls `keep`."""
        return self._judge_all(now, write=True)

    def keep(self, check: Check) -> None:
        """Remembers that all notices of a check were handled."""
        for group in transactions(check.pending):
            self._store.commit(TABLE, group)
        partition, key = _CURSOR
        self._store.commit(TABLE, [Upsert(Row(partition, key, {"at": check.now.timestamp()}))])

    def _judge_all(self, now: datetime, *, write: bool) -> Check:
        clocks = self._heartbeats.clocks()
        behind = behind_of(clocks, now).total_seconds()
        walk = _CheckRun(self._policies, Check(now, timedelta(seconds=behind)), now.timestamp(), behind)
        hours = bounded(self._heartbeats, self._hours(now, behind))
        for found in gathered(self._store, self._heartbeats, hours):
            walk.take(found)
            if write and len(walk.quiet) >= _TOGETHER:
                self._write(walk.quiet)
        walk.end()
        if write:
            self._write(walk.quiet)
        walk.check.recreated = [clock for clock in clocks if clock.recreated_at is not None]
        return walk.check

    def _write(self, operations: list[Operation]) -> None:
        for group in transactions(operations):
            self._store.commit(TABLE, group)
        operations.clear()

    def _hours(self, now: datetime, behind: float) -> range:
        """The hours that judgement may not have seen: as a rule this one and two before it."""
        hour = int(now.timestamp()) // HOUR
        row = self._store.get(TABLE, *_CURSOR)
        at = row.values.get("at") if row is not None else None
        if isinstance(at, int | float):
            first = min(int(now.timestamp() - behind), int(at)) // HOUR - _BEFORE
        else:
            oldest = self._heartbeats.first_hour()
            first = min(hour, oldest if oldest is not None else hour) - _BEFORE
        return range(max(first, hour - KEEP_HOURS, 0), hour + 2)


def behind_of(clocks: list[PartitionClock], now: datetime) -> timedelta:
    """How far the collector itself is behind the hub, where it is working off a backlog; else nothing.

    A hub partition that was processed within the last minutes, but whose newest message is old, has more to come:
    until then a source's silence says nothing about the source.
    """
    at_work = [clock for clock in clocks if now - clock.processed < _AT_WORK]
    lag = max((clock.processed - clock.enqueued for clock in at_work), default=timedelta())
    return lag if lag > _BACKLOG else timedelta()


class _CheckRun:
    """One way through all entities."""

    def __init__(self, policies: Policies, check: Check, now: float, behind: float) -> None:
        self.check = check
        self.quiet: list[Operation] = []
        self._policies = policies
        self._now = now
        self._behind = behind
        self._expected = set(policies.expected())
        self._waiting = {entity: EntityRow(entity) for entity in self._expected}
        """Declared entities of which nothing came so far under just that name."""
        self._members: list[list[list[Gathered]]] = [
            [[] for _ in entry.sources] for entry in policies.virtuals
        ]
        self._spoke: dict[str, list[Entity]] = {}

    def take(self, found: Gathered) -> None:
        """Judges an entity, unless it is one that others decide about."""
        known = found.known
        entity = known.entity
        if self._policies.is_retired(entity):
            self._remove(known)
        elif self._policies.virtual(entity) is not None or (entity in self._expected and known.last is None):
            self._waiting[entity] = known
        elif known.last is None or self._is_over(known):
            self._remove(known)  # declared no longer, or gone for long
        else:
            self._waiting.pop(entity, None)
            self._spoke.setdefault(entity.source, []).append(entity)
            for entry, places in zip(self._policies.virtuals, self._members, strict=True):
                for named, own in zip(entry.sources, places, strict=True):
                    if names(named, entity):
                        own.append(found)
            self._judge(known, found.observed(self._now, self._behind), _reporters(found))

    def end(self) -> None:
        """Judges what is declared: entities that never came, and virtual ones."""
        for entity, known in sorted(self._waiting.items()):
            known.expected = self._now if known.expected is None else known.expected
            virtual = self._policies.virtual(entity)
            if virtual is not None:
                members = self._members[self._policies.virtuals.index(virtual)]
                seen = observed(virtual, members, self._now, self._behind)
                known.first, known.last, known.event = seen.first_arrival, seen.last_arrival, seen.last_event
                known.hours |= {hour: one.count for hour, one in seen.hours.items()}
                self._judge(known, seen, 0)
            elif self._arrived(entity):
                self._remove(known)
            else:
                self._judge(known, Observation(self._now, {}, None, None, None, self._behind), 0)

    def _arrived(self, expected: Entity) -> bool:
        """Whether a source that is declared without tenant, category or dimension came with them."""
        return any(
            expected.category in ("", other.category)
            and expected.tenant in ("", other.tenant)
            and expected.dimension in ("", other.dimension)
            for other in self._spoke.get(expected.source, ())
        )

    def _judge(self, known: EntityRow, seen: Observation, reporters: int) -> None:
        before = known.memory
        since_expected = known.expected if known.last is None else None
        judgement = judge(seen, self._policies.of(known.entity, since_expected), before)
        if judgement.verdicts or known.since is None:
            known.since = self._now if known.since is None or not judgement.open else known.since
        overflow = is_overflow(known.entity)
        state = _state_of(known, self._now, judgement.open, judgement.allowed, reporters, overflow)
        self.check.states[known.entity] = state
        if state.state == OVERFLOWING:
            self.check.overflowing.append(state)
        if judgement.verdicts and len(self.check.notices) >= MOST_NOTICES:
            self.check.left += 1  # nothing of it is written, so the next check comes to the same result
            return
        self.check.notices += [
            Notice(state, verdict, _since(judgement, verdict)) for verdict in judgement.verdicts
        ]
        if judgement.memory is not before or not known.stored or judgement.verdicts:
            known.memory = judgement.memory
            operation = Upsert(known.row())
            (self.check.pending if judgement.verdicts else self.quiet).append(operation)

    def _is_over(self, known: EntityRow) -> bool:
        """Whether an entity was silent for so long that it is forgotten, and nobody declared it."""
        gone = self._now - (known.last or 0.0) > self._policies.retire_after.total_seconds()
        return gone and self._policies.expectation(known.entity) is None

    def _remove(self, known: EntityRow) -> None:
        """Forgets an entity; open alerts about it end with that."""
        if not known.stored:
            return
        row = known.row()
        self.check.pending.append(Delete(row.partition, row.key))
        open_ = [(FindingKind(name), track) for name, track in known.memory.tracks.items() if track.opened_at]
        known.memory = EntityMemory()
        state = replace(_state_of(known, self._now, (), None), state=HEALTHY)
        self.check.notices += [_ended(state, kind, track) for kind, track in open_ if track.alerts]


def _ended(state: SourceState, kind: FindingKind, track: Track) -> Notice:
    finding = SourceFinding(kind, track.since, 0.0, 0.0, 0.0, "", "it is over")
    verdict = Verdict(finding, Change.RECOVERED, track.opened_at, Severity.INFORMATIONAL, 0, None)
    return Notice(state, verdict, track.since)


def _since(judgement: Judgement, verdict: Verdict) -> float:
    """When a finding began, the same at each check: by it an alert is known again after a crash."""
    track = judgement.memory.tracks.get(verdict.finding.kind)
    if track is not None and (since := track.since or track.closed_since):
        return since
    return verdict.finding.since or verdict.opened_at


def _reporters(found: Gathered) -> int:
    return max((hour.reporters for hour in found.hours.values()), default=0)
