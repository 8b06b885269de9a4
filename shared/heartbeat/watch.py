"""Judge the sources: who fell silent, who came back, who was expected and never spoke.

`judge` is a pure function of what was seen, what is expected and the time; `Watch` reads and keeps the states in
table `sources`. Called by the timer `watch_heartbeats`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from shared.heartbeat.entity import Entity
from shared.heartbeat.rows import Beat, Heartbeats
from shared.storage import Delete, Operation, Row, Scalar, Store, Upsert, safe_key, transactions

TABLE = "sources"
_AT_WORK = timedelta(minutes=10)
_BACKLOG = timedelta(minutes=2)
_HORIZON = timedelta(hours=26)

HEALTHY, SILENT, NEVER_SEEN = "healthy", "silent", "never seen"


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is known of a source. last_seen: when the hub last took a record of it; since: when its state began."""

    entity: Entity
    state: str
    since: datetime
    first_seen: datetime | None
    last_seen: datetime | None
    last_event: datetime | None
    count_24h: int
    lag_seconds: float
    allowed_gap: timedelta | None


@dataclass(frozen=True, slots=True)
class Change:
    """A source whose state changed, with the state it had."""

    before: SourceState
    after: SourceState


@dataclass(frozen=True, slots=True)
class Seen:
    """What the beats say of one source."""

    first_seen: datetime
    last_seen: datetime
    last_event: datetime
    count_24h: int
    lag_seconds: float


AllowedGap = Callable[[Entity], timedelta | None]


def seen_in(beats: Iterable[Beat], now: datetime) -> dict[Entity, Seen]:
    """Beats of all hub partitions, added up by source."""
    found: dict[Entity, Seen] = {}
    day_ago = int(now.timestamp()) // 3600 - 24
    for beat in beats:
        known = found.get(beat.entity)
        count = beat.count if beat.hour > day_ago else 0
        if known is None:
            found[beat.entity] = Seen(beat.enqueued, beat.enqueued, beat.last, count, beat.lag_seconds)
            continue
        newest = beat.enqueued >= known.last_seen
        found[beat.entity] = Seen(
            min(known.first_seen, beat.enqueued),
            max(known.last_seen, beat.enqueued),
            max(known.last_event, beat.last),
            known.count_24h + count,
            beat.lag_seconds if newest else known.lag_seconds,
        )
    return found


def behind(beats: Iterable[Beat], now: datetime) -> timedelta:
    """How far the collector itself is behind the hub, where it is working off a backlog; else nothing.

    A hub partition that was processed within the last minutes, but whose newest message is old, has more to come:
    until then a source's silence says nothing about the source.
    """
    newest: dict[str, tuple[datetime, datetime]] = {}
    for beat in beats:
        clocks = (beat.processed, beat.enqueued)
        newest[beat.owner] = max(newest.get(beat.owner, clocks), clocks)
    lags = [processed - enqueued for processed, enqueued in newest.values() if now - processed < _AT_WORK]
    lag = max(lags, default=timedelta())
    return lag if lag > _BACKLOG else timedelta()


def judge(
    known: Mapping[Entity, SourceState],
    seen: Mapping[Entity, Seen],
    expected: Iterable[Entity],
    allowed_gap: AllowedGap,
    now: datetime,
    lag: timedelta = timedelta(),
) -> tuple[dict[Entity, SourceState], list[Change]]:
    """The states of all sources at `now`, and the changes that an analyst hears of.

    `lag`: how far the collector is behind; silence is judged as of what it has seen.
    """
    states: dict[Entity, SourceState] = {}
    changes: list[Change] = []
    for entity in sorted({*known, *seen, *expected}):
        before = known.get(entity)
        gap = allowed_gap(entity)
        after = _state_of(entity, before, seen.get(entity), gap + lag if gap is not None else None, now)
        after = replace(after, allowed_gap=gap)
        states[entity] = after
        if (
            before is not None
            and before.state != after.state
            and not (before.state == NEVER_SEEN and after.state == HEALTHY and before.since == now)
        ):
            changes.append(Change(before, after))
    return states, changes


def _state_of(
    entity: Entity, before: SourceState | None, seen: Seen | None, gap: timedelta | None, now: datetime
) -> SourceState:
    first_seen = before.first_seen if before and before.first_seen else seen.first_seen if seen else None
    last_seen = max(
        (t for t in (before.last_seen if before else None, seen.last_seen if seen else None) if t),
        default=None,
    )
    last_event = seen.last_event if seen else before.last_event if before else None
    if last_seen is None:
        begun = before.since if before else now
        overdue = gap is not None and now - begun > gap
        state = NEVER_SEEN if overdue else before.state if before else HEALTHY
        since = now if before is None else before.since
    else:
        still = before is not None and before.state == SILENT and before.last_seen == last_seen
        # Without a limit (announced work) nothing falls silent, but what was silent has not spoken either.
        state = SILENT if (still if gap is None else now - last_seen > gap) else HEALTHY
        since = before.since if before and before.state == state else last_seen if state == SILENT else now
    return SourceState(
        entity,
        state,
        since,
        first_seen,
        last_seen,
        last_event,
        seen.count_24h if seen else 0,
        seen.lag_seconds if seen else before.lag_seconds if before else 0.0,
        gap,
    )


class Watched:
    """The entities that are watched, read from the store each time it is gone through."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __iter__(self) -> Iterator[Entity]:
        rows = self._store.query(TABLE, "state", select=["entity"])
        return (Entity.from_text(str(row.values["entity"])) for row in rows)


class Watch:
    """Keeps the states of sources in the store."""

    def __init__(
        self, store: Store, heartbeats: Heartbeats, allowed_gap: AllowedGap, expected: Iterable[Entity]
    ) -> None:
        self._store = store
        self._heartbeats = heartbeats
        self._allowed_gap = allowed_gap
        self._expected = tuple(expected)

    def states(self) -> dict[Entity, SourceState]:
        """The states as they were last judged."""
        return {state.entity: state for state in map(_state_from, self._store.query(TABLE, "state"))}

    def look(self, now: datetime) -> tuple[dict[Entity, SourceState], list[Change]]:
        """The states at `now` and what changed; nothing is written."""
        beats = list(self._heartbeats.beats(now - _HORIZON))
        seen = seen_in(beats, now)
        stored = self.states()
        spoken = {*seen, *(entity for entity, state in stored.items() if state.last_seen is not None)}
        # Declared without tenant or category, and now known with them: what was declared has arrived.
        arrived = [entity for entity in stored if entity not in spoken and _covered(entity, spoken)]
        known = {entity: state for entity, state in stored.items() if entity not in arrived}
        expected = [entity for entity in self._expected if not _covered(entity, {*known, *seen})]
        states, changes = judge(known, seen, expected, self._allowed_gap, now, behind(beats, now))
        for before in (stored[entity] for entity in arrived):
            if before.state == NEVER_SEEN:
                changes.append(Change(before, replace(before, state=HEALTHY, since=now)))
        return states, changes

    def keep(self, states: Mapping[Entity, SourceState]) -> None:
        """Writes the states, after their changes were told; what is not among them any more is removed."""
        operations: list[Operation] = [Upsert(_row_of(state)) for state in states.values()]
        for entity, state in self.states().items():
            if entity not in states:
                row = _row_of(state)
                operations.append(Delete(row.partition, row.key))
        for group in transactions(operations):
            self._store.commit(TABLE, group)


def _covered(expected: Entity, found: set[Entity]) -> bool:
    """Whether a source that is declared without tenant or category is among those found with them."""
    return any(
        other != expected
        and other.source == expected.source
        and expected.category in ("", other.category)
        and expected.tenant in ("", other.tenant)
        for other in found
    )


def _row_of(state: SourceState) -> Row:
    digest = blake2b(state.entity.text().encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    values: dict[str, Scalar] = {
        "entity": state.entity.text(),
        "state": state.state,
        "since": state.since.timestamp(),
        "count_24h": state.count_24h,
        "lag": state.lag_seconds,
    }
    for name, moment in (("first", state.first_seen), ("last", state.last_seen), ("event", state.last_event)):
        if moment is not None:
            values[name] = moment.timestamp()
    if state.allowed_gap is not None:
        values["gap"] = state.allowed_gap.total_seconds()
    return Row("state", f"{safe_key(state.entity.source, 60)}|{digest}", values)


def _state_from(row: Row) -> SourceState:
    values = row.values
    gap = values.get("gap")
    return SourceState(
        Entity.from_text(str(values["entity"])),
        str(values["state"]),
        datetime.fromtimestamp(float(values["since"]), UTC),
        _moment(values.get("first")),
        _moment(values.get("last")),
        _moment(values.get("event")),
        int(values["count_24h"]),
        float(values["lag"]),
        timedelta(seconds=float(gap)) if gap is not None else None,
    )


def _moment(seconds: Scalar | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(float(seconds), UTC)
