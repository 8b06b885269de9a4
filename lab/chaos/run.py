"""One run: workers over a hub until every record was taken and every kill was made, then peace, then the comparison."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from lab.azure.ingestion import RULE_ID, IngestionEndpoint
from lab.chaos.faults import WHERE
from lab.chaos.fleet import Fleet, WorkerDied
from lab.chaos.hub import Hub, Partition, Told
from lab.chaos.kinds import ALL
from lab.chaos.kinds.kind import BEGIN, SPAN_MINUTES, Kind
from lab.chaos.oracle import Outcome, expected_of
from lab.chaos.outcome import outcome_of, uids_of
from lab.chaos.proxy import Life, Proxy
from lab.chaos.traffic import Logs, Place, logs_of, written
from lab.chaos.worker import Setup, collector_of, opened
from shared.base.clock import VirtualClock
from shared.delivery.outbox import Outbox

_START: Final = BEGIN + timedelta(minutes=SPAN_MINUTES + 1)
_NEVER: Final = 1 << 40
_ROUNDS: Final = 60
_TELL_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much happens in a run. fault_rates: by service, of all requests. pace: virtual seconds a second.

    kinds, share: what is planted, and how much of each. on_file: the store is a file that the processes share, so that
    only ingestion is broken and much can be delivered; else it is Azurite. killed_by_time: the share of processes that
    are killed at any moment within longest_life seconds, not at one of their requests. linger: how long partitions
    pause between batches.
    """

    records: int = 100_000
    kills: int = 1_000
    handovers: int = 200
    partitions: int = 8
    workers: int = 4
    most_records: int = 50
    most_messages: int = 4
    requests_a_life: int = 250
    handover_rate: float = 0.1
    fault_rates: Mapping[str, float] = field(
        default_factory=lambda: {"storage": 0.03, "ingestion": 0.05, "misdirected": 0.02}
    )
    pace: float = 3.0
    kinds: Sequence[Kind] = ALL
    share: float = 0.02
    on_file: bool = False
    killed_by_time: float = 0.25
    longest_life: float = 5.0
    linger: float = 1.0


@dataclass(slots=True)
class Result:
    """What a run came to. ledger: how often each row arrived; uids: the alerts of detectors in the outbox."""

    seed: str
    size: Size
    told: Told
    expected: Outcome
    found: Outcome
    kills: Counter[str]
    faults: Counter[str]
    seconds: float
    ledger: Counter[str]
    uids: frozenset[str]
    pending: int
    processes: int
    messages: int = 0


class Run:
    """A run of `seed` against the storage of `account` (a connection string) on `port`; `say` hears how far it is."""

    def __init__(
        self, seed: str, size: Size, account: str, port: int, say: Callable[[str], None] = lambda _: None
    ) -> None:
        self.seed = seed
        self.size = size
        self._account, self._port = account, port
        self._say = say
        self._random = Random(f"{seed}/run")
        self._told = Told()
        self._calm = False
        self._jump = 0.0
        self._lives = 0
        self._begun = time.monotonic()

    def now(self) -> float:
        """The virtual time, in seconds since 1970."""
        return _START.timestamp() + (time.monotonic() - self._begun) * self.size.pace + self._jump

    def run(self) -> Result:
        """Runs it; takes minutes where the size is large."""
        size = self.size
        logs = logs_of(self.seed, size.records, size.partitions, size.most_records, size.kinds, size.share)
        with (
            tempfile.TemporaryDirectory() as folder,
            IngestionEndpoint() as endpoint,
            IngestionEndpoint(tls=True) as untrusted,
        ):
            return asyncio.run(self._run(logs, Path(folder), endpoint, untrusted.port))

    async def _run(self, logs: Logs, folder: Path, endpoint: IngestionEndpoint, tls: int) -> Result:
        places = written(logs, folder / "bodies")
        setup = Setup(
            self._account,
            self._port,
            endpoint.port,
            RULE_ID,
            str(folder / "bodies"),
            self.size.partitions,
            _START.timestamp(),
            str(folder / "state.db") if self.size.on_file else "",
            tls,
            self.size.fault_rates.get("misdirected", 0.0),
        )
        services = {"ingestion": endpoint.port} | ({} if self.size.on_file else {"storage": self._port})
        self._proxy = proxy = Proxy(services, self._frozen)
        self._fleet = fleet = Fleet(setup, proxy, self.size.workers, self._plan)
        self._hub = Hub(
            fleet,
            self._partitions(logs, places),
            self._told,
            most_messages=self.size.most_messages,
            handover_rate=self.size.handover_rate,
            linger=self.size.linger,
        )
        await fleet.start()
        try:
            await self._storm()
            await self._calm_down()
            store = opened(replace(setup, storage=0) if self.size.on_file else setup)
            subject = collector_of(store, VirtualClock(datetime.fromtimestamp(self.now(), UTC)), setup)
            pending = await self._deliver_rest(subject.outbox)
            found = outcome_of(subject, store)
            uids = uids_of(subject)
        finally:
            fleet.close()
            await proxy.close()
        return Result(
            self.seed,
            self.size,
            self._told,
            expected_of(logs),
            found,
            proxy.kills,
            proxy.faults,
            time.monotonic() - self._begun,
            Counter(str(row["EventUid"]) for row in endpoint.rows()),
            uids,
            pending,
            fleet.started,
            sum(map(len, logs.values())),
        )

    def _partitions(self, logs: Logs, places: Mapping[str, Sequence[Place]]) -> list[Partition]:
        return [
            Partition(
                name,
                places[name],
                [message.records for message in messages],
                Random(f"{self.seed}/partition/{name}"),
                owner=number % self.size.workers,
            )
            for number, (name, messages) in enumerate(logs.items())
        ]

    def _plan(self, place: int, pid: int) -> Life:
        """What happens to the process that begins at a place."""
        self._lives += 1
        random = Random(f"{self.seed}/life/{place}/{self._lives}")
        if self._calm:
            return Life(random, pid, _NEVER, "before", {})
        life = Life(
            random,
            pid,
            random.randint(1, self.size.requests_a_life),
            random.choice(WHERE),
            self.size.fault_rates,
        )
        if not self._more_kills():
            life.kill_at = _NEVER
        elif random.random() < self.size.killed_by_time:
            life.kill_at = _NEVER
            asyncio.get_running_loop().call_later(
                random.uniform(0.02, self.size.longest_life), self._kill, life
            )
        return life

    def _kill(self, life: Life) -> None:
        if self._more_kills():
            self._proxy.end(life, "at any time")

    def _frozen(self, place: int) -> float:
        return self._hub.frozen(place)

    def _more_kills(self) -> bool:
        return not self._calm and self._proxy.kills.total() < self.size.kills

    def _more(self) -> bool:
        return self._more_kills() or self._told.handovers < self.size.handovers

    async def _storm(self) -> None:
        """Everything is read at least once, until there was enough trouble."""
        timers = [
            asyncio.ensure_future(self._fire(name, pause))
            for name, pause in (("watch_windows", 2.0), ("watch_heartbeats", 3.0), ("deliver", 1.5))
        ]
        timers.append(asyncio.ensure_future(self._tell()))
        try:
            hub = self._hub
            await asyncio.gather(*(hub.read(one, self.now, self._more) for one in hub.partitions.values()))
        finally:
            for timer in timers:
                timer.cancel()

    async def _tell(self) -> None:
        """Says how far it is, now and then."""
        while True:
            await asyncio.sleep(_TELL_SECONDS)
            read = sum(one.furthest for one in self._hub.partitions.values())
            self._say(
                f"{time.monotonic() - self._begun:.0f} s: {self._proxy.kills.total():,} of {self.size.kills:,} kills, "
                f"{self._told.handovers:,} hand-overs, {self._told.delivered:,} records handed over, at {read:,} of "
                f"{sum(len(one.places) for one in self._hub.partitions.values()):,} messages"
            )

    async def _calm_down(self) -> None:
        """No more faults; what was begun is ended, then every worker judges all windows, at once and again."""
        self._calm = True
        for life in self._proxy.lives.values():
            life.kill_at, life.rates = _NEVER, {}
        await self._hub.settle()
        await self._proxy.settle()
        for _ in range(2):
            await asyncio.gather(*(self._invoke(place, "watch_windows") for place in self._fleet.places))

    async def _fire(self, timer: str, pause: float) -> None:
        """Fires a timer on any worker, now and then."""
        random = Random(f"{self.seed}/{timer}")
        while True:
            await asyncio.sleep(random.uniform(0.2, 2 * pause))
            await self._invoke(random.choice(self._fleet.places), timer)

    async def _invoke(self, place: int, timer: str) -> None:
        with suppress(WorkerDied):
            reply = await self._fleet.call(place, timer, self.now())
            if reply.error:
                self._told.errors.append(reply.error)

    async def _deliver_rest(self, outbox: Outbox) -> int:
        """Lets time pass until the outbox is empty; what was set aside as refused is put back, as a person would."""
        for _ in range(_ROUNDS):
            await asyncio.to_thread(outbox.revive)
            await self._invoke(self._random.choice(self._fleet.places), "deliver")
            pending = await asyncio.to_thread(outbox.pending_count)
            if not pending:
                break
            self._jump += 900
        return pending
