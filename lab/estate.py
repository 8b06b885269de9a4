"""A player for weeks: the deployed composition on a virtual clock, with all its timers.

The functions are those that the app registers, the collector is the one that `functions.composition` builds from
settings, and the local host fires every timer by its own schedule:

    estate = Estate(datetime(2026, 1, 5, tzinfo=UTC))
    estate.pass_time(estate.clock.now() + timedelta(hours=1))
    estate.deliver([record, record])
    [(alert.when, alert.rule, alert.title) for alert in estate.alerts]

What it does not know: the store is SQLite in memory, never slow and never down; the outlet takes every row at once,
so nothing is retried, refused or sent twice (`lab/chaos` and the local ingestion endpoint know that); no workspace is
asked whether alerts arrived, and nobody's diagnostic settings are read, so these two timers fire and find nothing to
do; one process runs everything, one thing after the other, for ever. Used by tests and the scenarios of
`../shared/cases`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from functions import composition
from lab.azure.app import environment, registered
from lab.azure.event_hub import LocalHub
from lab.azure.functions_host import LocalHost
from shared.base.clock import VirtualClock
from shared.base.errors import TelltaleError
from shared.customer.settings import read_settings
from shared.delivery.outlet import Reply
from shared.upkeep.canary.hub import PartitionEnd

HUBS: Final = {
    "telemetry": "HUB_NAME",
    "identity": "HUB_IDENTITY",
    "application": "HUB_APPLICATION",
    "network": "HUB_NETWORK",
}
"""The hubs of the deployment and the settings that name them: one for everything, one for each class of telemetry."""

CATCH_UP: Final = 10_000
"""Alerts of a severity that may be sent a minute: a row that waits would show a later time than it was raised at."""

LONGEST_STEP: Final = timedelta(minutes=5)
"""The period of the timers that judge sources and send canaries, of which no firing may be left out."""

_SECOND: Final = timedelta(seconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class EstateFailed(TelltaleError):  # noqa: N818 - says what happened
    """A function of the app raised."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert as Microsoft Sentinel gets it. when: the virtual time; row: all its columns."""

    when: datetime
    row: Mapping[str, Any]

    @property
    def rule(self) -> str:
        """The id of the detector, or of the collector's own rule."""
        return str(self.row["RuleName"])

    @property
    def title(self) -> str:
        """What the analyst reads first."""
        return str(self.row["AlertName"])

    @property
    def severity(self) -> str:
        """ASIM EventSeverity."""
        return str(self.row["EventSeverity"])


class _Kept:
    """An outlet that takes every row and keeps it with its time."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.rows: list[Raised] = []

    def send(self, rows: Sequence[Mapping[str, object]], _: float | None = None) -> Reply:
        self.rows += [Raised(self._clock.now(), row) for row in rows]
        return Reply(delivered=frozenset(range(len(rows))))


class _UsedHub(LocalHub):
    """A hub that gets canaries once it got a message: through three empty hubs they would cost more than the rest."""

    def ends(self) -> list[PartitionEnd]:
        ends = super().ends()
        return ends if self.name == "telemetry" or any(end.sequence_number >= 0 for end in ends) else []


class Estate:
    """A deployment with an empty store whose time is `start`; each of its hubs has `partitions`.

    declarations: the customer's, or a profile's. settings: more of the function app's settings, without TELLTALE_ in
    front. `alerts` are those raised so far, `health` the rows about telemetry, `collector` and `host` the parts that
    play. Raises TelltaleError for settings and declarations that cannot work.
    """

    def __init__(
        self,
        start: datetime,
        partitions: int = 1,
        *,
        declarations: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.clock = VirtualClock(start)
        self._settings = {
            "STORE": "sqlite",
            "SQLITE_PATH": ":memory:",
            "HUB_PARTITIONS": str(partitions),
            "CONSUMER_GROUP": "telltale",
            "CATCH_UP_ALERTS": str(CATCH_UP),
            **{setting: hub for hub, setting in HUBS.items()},
            **({"DECLARATIONS": str(declarations.resolve())} if declarations else {}),
            **(settings or {}),
        }
        hubs = [_UsedHub(name) for name in HUBS]
        kept: dict[str, _Kept] = {}
        with environment(self._settings):
            read = read_settings()
            self.collector = composition.build(
                read,
                self.clock,
                hubs=hubs,
                sentinel=lambda stream: kept.setdefault(stream, _Kept(self.clock)),
            )
            self.host = LocalHost(registered(), self.clock, partitions=partitions)
        for hub in hubs:
            hub.host = self.host
        self.alerts = kept[read.alert_stream].rows
        self.health = kept[read.health_stream].rows

    def deliver(
        self, records: Sequence[Mapping[str, Any] | bytes], hub: str = "telemetry", partition: str = "0"
    ) -> None:
        """Lets records arrive now, a message each, in as few batches as host.json allows, and be read at once.

        A record is wrapped as a diagnostic setting wraps it, unless it is an application's event; bytes are a whole
        body. The host asks a hub every full second, so up to a second passes. Raises TelltaleError for a partition
        that there is not, EstateFailed where a function raised.
        """
        now = self.clock.now()
        for record in records:
            self.host.enqueue(partition, _body(record), now, hub)
        self.host.wake()
        self._run_until(_EPOCH - (_EPOCH - now) // _SECOND * _SECOND)

    def pass_time(self, until: datetime, step: timedelta = LONGEST_STEP) -> None:
        """Lets time go by, with every timer that fires on the way.

        After a delivery each timer fires when its schedule says so; from then on, until the next delivery, those of
        every minute may leave firings out, so that they fire once in `step`, of which five minutes count at most. What
        is raised stays the same, and what no record raises but time itself comes up to `step` later. With a `step` of
        a minute nothing is left out. Raises EstateFailed where a function raised.
        """
        self._run_until(until, min(step, LONGEST_STEP))

    def _run_until(self, moment: datetime, apart: timedelta = _SECOND) -> None:
        with self._process():
            self.host.run_until(moment, apart)
        if self.host.failures:
            failure = self.host.failures[0]
            raise EstateFailed(f"{failure.function} raised at {failure.time.isoformat()}: {failure.error}")

    @contextmanager
    def _process(self) -> Iterator[None]:
        """The functions of this process call this estate's collector."""
        with environment(self._settings):
            composition.configure(self.collector)
            try:
                yield
            finally:
                composition.configure(None)

    def close(self) -> None:
        """Closes the store."""
        self.collector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _body(record: Mapping[str, Any] | bytes) -> bytes:
    if isinstance(record, bytes):
        return record
    return json.dumps(record if "schema" in record else {"records": [record]}).encode()
