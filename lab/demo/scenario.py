"""An office hour of an imaginary company through the real app: `telltale run` plays it, tests judge it.

The functions are those that Azure would trigger, the store is SQLite, alerts go through the real client library to
the local ingestion endpoint. The date, the seed and so the alerts are always the same.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, cast

from cli.local_credential import LocalCredential
from cli.state import ROWS, STORE, remember_time
from functions import composition
from lab.azure.app import environment, registered
from lab.azure.event_hub import LocalHub
from lab.azure.functions_host import Failure, LocalHost
from lab.azure.ingestion import IngestionEndpoint
from lab.traffic.hour import PARTITIONS, play
from shared.alerts import health_columns
from shared.alerts.alert_columns import STREAM
from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.customer.settings import read_settings
from shared.events.message import Batch
from shared.storage import SqliteStore
from shared.upkeep.status import StatusReport

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

SEED: Final = "quayside"
START: Final = datetime(2026, 3, 10, 9, tzinfo=UTC)
MINUTES: Final = 60
AFTERWARDS: Final = timedelta(minutes=10)
"""How long the host runs on after the last record: exports are minutes late, and timers follow them."""

DECLARATIONS: Final = Path(__file__).with_name("quayside.toml")
HUB: Final = "telemetry"
RULE_ID: Final = "dcr-" + "0" * 31 + "1"
_PROGRESS_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the hour is: virtual time, its share from 0 to 1, and what has been counted."""

    time: datetime
    share: float
    messages: int
    records: int
    alerts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the hour came to. rows: alerts as the endpoint accepted them, in that order. health: the same of the
    rows about telemetry. seconds: of real time.
    """

    rows: list[dict[str, Any]]
    health: list[dict[str, Any]]
    report: StatusReport
    failures: tuple[Failure, ...]
    messages: int
    bytes: int
    records: int
    seconds: float

    @property
    def distinct(self) -> int:
        """How many different alerts the rows are."""
        return len({row["EventUid"] for row in self.rows})

    @property
    def is_exact(self) -> bool:
        """Whether every alert was delivered exactly once, and nothing failed on the way."""
        return self.distinct == len(self.rows) and not (
            self.failures or self.report.pending or self.report.dead
        )


class _Counting:
    """The collector, with a count of the records that pass."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self.records = 0

    def collect(self, batch: Batch) -> None:
        self.records += self._collector.collect(batch).records

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collector, name)


class Scenario:
    """The hour in the directory `directory`; a context, open until its store and endpoint are closed.

    Raises TelltaleError for declarations that cannot work and a directory that cannot be used.
    """

    def __init__(self, directory: Path, declarations: Path = DECLARATIONS) -> None:
        self.clock = VirtualClock(START)
        self._opened = ExitStack()
        try:
            self._endpoint = self._opened.enter_context(
                IngestionEndpoint(path=directory / ROWS, clock=self.clock, rule_id=RULE_ID)
            )
            self._opened.enter_context(environment(_settings(directory, declarations, self._endpoint.url)))
            self._store_file = directory / STORE
            hub = LocalHub(HUB)
            collector = composition.build(
                read_settings(), self.clock, lambda: cast("TokenCredential", LocalCredential()), [hub]
            )
            self._opened.callback(collector.close)
            self.collector = collector
            self._counting = _Counting(collector)
            composition.configure(cast("Collector", self._counting))
            self._opened.callback(composition.configure, None)
            self.host = hub.host = LocalHost(registered(), self.clock, partitions=PARTITIONS)
        except BaseException:
            self._opened.close()
            raise

    def play(self, watch: Callable[[Progress], None] = lambda _: None) -> Outcome:
        """Plays the hour to its end; `watch` hears of it once a virtual minute."""
        begun = perf_counter()
        end = START + timedelta(minutes=MINUTES) + AFTERWARDS
        messages = size = 0
        told = START

        def tell(now: datetime) -> None:
            alerts = len(self._endpoint.rows(STREAM))
            share = (now - START) / (end - START)
            watch(Progress(now, share, messages, self._counting.records, alerts))

        for delivery in play(SEED, START, MINUTES):
            self.host.run_until(delivery.enqueued_time)
            self.host.enqueue(delivery.partition, delivery.body, delivery.enqueued_time)
            messages += 1
            size += len(delivery.body)
            if delivery.enqueued_time - told >= _PROGRESS_EVERY:
                told = delivery.enqueued_time
                tell(told)
        self.host.run_until(end)
        tell(end)
        with closing(SqliteStore(self._store_file)) as store:
            remember_time(store, end)
        return Outcome(
            rows=self._endpoint.rows(STREAM),
            health=self._endpoint.rows(health_columns.STREAM),
            report=self.collector.status(),
            failures=tuple(self.host.failures),
            messages=messages,
            bytes=size,
            records=self._counting.records,
            seconds=perf_counter() - begun,
        )

    def close(self) -> None:
        """Closes the store and the endpoint."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _settings(directory: Path, declarations: Path, endpoint: str) -> dict[str, str]:
    """The settings of the function app."""
    return {
        "CUSTOMER": "quayside",
        "STORE": "sqlite",
        "SQLITE_PATH": str(directory / STORE),
        "HUB_NAME": HUB,
        "HUB_PARTITIONS": str(PARTITIONS),
        "CONSUMER_GROUP": "telltale",
        "INGESTION_ENDPOINT": endpoint,
        "DCR_IMMUTABLE_ID": RULE_ID,
        "DECLARATIONS": str(declarations.resolve()),
    }
