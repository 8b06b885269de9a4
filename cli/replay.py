"""Records from files through the whole collector, on the records' own clock. Called by `telltale replay`.

Every body is a message that arrived when its first record happened. The clock follows the messages and never goes
back; timers fire on the way wherever they could change something, and nowhere else, so that records of years take
seconds. Silence is judged only for sources that the customer declared as expected: a file is no stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from cli.decoding import Readable, Unreadable, items_of
from cli.files import FileBody
from cli.state import remember_time
from shared.base.clock import SystemClock, VirtualClock
from shared.collector.collector import Collector
from shared.customer.declarations import Declarations
from shared.delivery.outlet import Reply
from shared.detection.detector import Detector
from shared.events.event import Event
from shared.events.message import Batch, Message
from shared.events.reading.body import Problem
from shared.events.reading.decoder import Decoder
from shared.events.registry import Registry
from shared.storage import Store
from shared.upkeep.telemetry import Telemetry

HUB: Final = "replay"
MOST_MESSAGES: Final = 200
"""Messages of a batch, as host.json has it."""

PAUSE: Final = timedelta(minutes=1)
"""Messages further apart than this come in batches of their own, unless there would be too many batches."""

MANY_BATCHES: Final = 2_500
HEARTBEATS_EVERY: Final = timedelta(minutes=5)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message, and the ids of the sources that speak in it."""

    message: Message
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Played:
    """What a replay came to. unreadable: the first problem, where not one record could be read."""

    messages: int
    records: int
    problems: int
    alerts: int
    unreadable: Unreadable | None = None


class _Printer:
    """An outlet that hands every row on as it comes."""

    def __init__(self, take: Callable[[Mapping[str, Any]], None]) -> None:
        self._take = take

    def send(self, rows: Sequence[Mapping[str, object]], _: float | None = None) -> Reply:
        for row in rows:
            self._take(row)
        return Reply(delivered=frozenset(range(len(rows))))


class _ReplayCollector(Collector):
    """A collector that judges the silence of declared sources only."""

    def _telemetry(self, store: Store, registry: Registry) -> Telemetry:
        return Telemetry(
            store, self.detectors, registry, self.declarations, self.customer, declared_only=True
        )


def replay(
    bodies: Sequence[FileBody],
    *,
    store: Store,
    detectors: Iterable[Detector],
    registry: Registry,
    declarations: Declarations,
    take: Callable[[Mapping[str, Any]], None],
) -> Played:
    """Plays the bodies in their order; `take` gets the row of every alert when it would be delivered.

    Raises TelltaleError for declarations that cannot work and StorageError where the store cannot be used.
    """
    arrivals, problems, unreadable = _arrivals(bodies, registry)
    start = arrivals[0].message.enqueued_time if arrivals else SystemClock().now()
    clock = VirtualClock(start)
    alerts = 0

    def taken(row: Mapping[str, Any]) -> None:
        nonlocal alerts
        alerts += 1
        take(row)

    collector = _ReplayCollector(
        store=store,
        clock=clock,
        detectors=detectors,
        registry=registry,
        declarations=declarations,
        partitions=1,
        outlet=_Printer(taken),
    )
    partition = _partition(bodies)
    heartbeats = (
        _Heartbeats(collector, clock)
        if declarations.expected_sources or declarations.virtual_sources
        else None
    )
    records = 0
    for batch in _batches(arrivals, heartbeats):
        clock.advance_to(max(arrival.message.enqueued_time for arrival in batch))
        report = collector.collect(Batch(HUB, partition, tuple(arrival.message for arrival in batch)))
        records += report.records
    if heartbeats is not None:
        heartbeats.end()
    # Only now, because the timer also removes rows that are old by the clock, and a file may be out of order.
    collector.watch_windows()
    collector.deliver()
    remember_time(store, clock.now())
    return Played(len(arrivals), records, problems, alerts, unreadable)


def _arrivals(bodies: Sequence[FileBody], registry: Registry) -> tuple[list[Arrival], int, Unreadable | None]:
    """The bodies as messages that arrive when their first record happened; how many problems are in them."""
    decoder = Decoder(registry, {})
    unknown = SystemClock().now()
    found: list[tuple[FileBody, datetime | None, frozenset[str]]] = []
    problems = 0
    watch = Readable()
    for body in bodies:
        moment: datetime | None = None
        sources: set[str] = set()
        for item in items_of(decoder, body, unknown):
            watch.see(body, item)
            if isinstance(item, Event):
                if moment is None and item.time_from == "record":
                    moment = item.time
                sources.add(item.source)
            elif isinstance(item, Problem) and not item.harmless:
                problems += 1
        if body.problem is None:
            found.append((body, moment, frozenset(sources)))
    # What says no time arrived with what was before it in the file; at the beginning, with what follows.
    clock = next((moment for _, moment, _ in found if moment is not None), unknown)
    arrivals: list[Arrival] = []
    offset, file, last = 0, "", 0
    for body, moment, sources_of in found:
        if body.file != file:
            file, offset = body.file, last
        last = offset + body.line
        enqueued = clock if moment is None else moment
        clock = max(clock, enqueued)
        arrivals.append(Arrival(Message(body.body, last, enqueued), sources_of))
    return arrivals, problems, watch.unreadable


def _partition(bodies: Sequence[FileBody]) -> str:
    """A name that follows from the content: the same records again are recognised, others are not mistaken."""
    digest = blake2b(digest_size=4)
    for body in bodies:
        digest.update(body.body + b"\n")
    return digest.hexdigest()


def _batches(arrivals: Sequence[Arrival], heartbeats: _Heartbeats | None) -> Iterator[list[Arrival]]:
    """Runs of messages that belong together in time; heartbeats are judged between them."""
    enough = -(-len(arrivals) // MANY_BATCHES)
    batch: list[Arrival] = []
    for arrival in arrivals:
        moment = arrival.message.enqueued_time
        apart = bool(batch) and moment - batch[-1].message.enqueued_time > PAUSE and len(batch) >= enough
        due = heartbeats is not None and heartbeats.due_before(moment)
        if batch and (apart or due or len(batch) >= MOST_MESSAGES):
            yield batch
            batch = []
        if heartbeats is not None:
            if not batch:
                heartbeats.until(moment)
            heartbeats.heard(arrival)
        batch.append(arrival)
    if batch:
        yield batch


class _Heartbeats:
    """The timer that judges sources, fired where a state can change: at a deadline, and after a return."""

    def __init__(self, collector: Collector, clock: VirtualClock) -> None:
        self._collector = collector
        self._clock = clock
        self._next: datetime | None = clock.now()
        self._quiet: frozenset[str] = frozenset()

    def due_before(self, moment: datetime) -> bool:
        """Whether the timer fires before `moment`."""
        return self._next is not None and self._next < moment

    def heard(self, arrival: Arrival) -> None:
        """A source that was quiet speaks: the next firing tells that it is back."""
        if arrival.sources & self._quiet:
            self._plan(arrival.message.enqueued_time)

    def until(self, moment: datetime) -> None:
        """Fires the timer as often as it can matter before `moment`."""
        while self._next is not None and self._next < moment:
            self._fire(self._next)

    def end(self) -> None:
        """Fires the timer once at the last message; what would fall silent later is not for a file to say."""
        self._fire(self._clock.now())

    def _fire(self, moment: datetime) -> None:
        now = self._clock.advance_to(moment)
        self._collector.watch_heartbeats()
        self._next = None
        states = self._collector.sources()
        self._quiet = frozenset(state.entity.source for state in states if state.is_dark)
        for state in states:
            if state.allowed_gap is None:
                continue
            deadline = (state.last_seen or state.since) + state.allowed_gap
            if not state.is_dark or deadline > now:  # about to fall silent, or soon reported as back
                self._plan(max(deadline, now) if not state.is_dark else now)

    def _plan(self, moment: datetime) -> None:
        firing = _next_firing(moment)
        if self._next is None or firing < self._next:
            self._next = firing


def _next_firing(moment: datetime) -> datetime:
    """The first time after `moment` at which the timer's schedule fires."""
    return _EPOCH + HEARTBEATS_EVERY * ((moment - _EPOCH) // HEARTBEATS_EVERY + 1)
