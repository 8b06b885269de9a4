"""A stand-in for the Functions host: hubs, timers and HTTP, on a virtual clock.

It runs the functions of the real app in the order in which their time comes: batches of a partition as they
arrive (up to host.json's maxEventBatchSize), timers by their schedule. As in Azure, a partition's checkpoint
moves on when the function returns; where a retry policy holds it back, the same batch comes again after a pause
while the other partitions go on. Everything runs in one thread, so that the same hour always plays the same way.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func

from lab.azure.bindings import HttpFunction, HubFunction, TimerFunction, indexed
from shared.base.clock import VirtualClock
from shared.base.errors import TelltaleError
from shared.events.message import Message
from shared.upkeep.canary.hub import PartitionEnd

log = logging.getLogger("telltale.host")

RECEIVE_SECONDS: Final = 1
"""How often a partition is asked for what has arrived."""

_SECOND: Final = timedelta(seconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOST_FILE: Final = Path(__file__).parents[2] / "host.json"
_DEFAULT_BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Failure:
    """An invocation that raised."""

    function: str
    time: datetime
    error: str


@dataclass(slots=True)
class _Partition:
    """What a function has yet to take from a partition, and where the partition ends."""

    function: HubFunction
    name: str
    waiting: deque[tuple[Message, int]] = field(default_factory=deque)
    sequence_number: int = 0
    offset: int = 0
    newest: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    failures: int = 0
    retry: tuple[datetime, int] | None = None
    """When a batch that failed comes again, and how many messages it has."""

    def ready(self) -> datetime | None:
        """When the next batch can be handed over."""
        if self.retry is not None:
            return self.retry[0]
        if not self.waiting:
            return None
        seconds = (self.waiting[0][0].enqueued_time - _EPOCH) / timedelta(seconds=RECEIVE_SECONDS)
        return _EPOCH + timedelta(seconds=RECEIVE_SECONDS) * -int(-seconds // 1)

    def append(self, body: bytes, enqueued_time: datetime) -> None:
        self.waiting.append((Message(body, self.sequence_number, enqueued_time), self.offset))
        self.sequence_number += 1
        self.newest = enqueued_time
        self.offset += len(body) + 64


class LocalHost:
    """Runs `functions` (`app.get_functions()`) on `clock`; every hub has `partitions`.

    Time passes in `run_until` only. `failures` are the invocations that raised. Raises TelltaleError for
    functions that it cannot run and for a host.json that it cannot read.
    """

    def __init__(
        self,
        functions: Iterable[Any],
        clock: VirtualClock,
        *,
        partitions: int = 4,
        host_file: Path = _HOST_FILE,
    ) -> None:
        found = indexed(functions)
        settings = _host_settings(host_file)
        self.clock = clock
        self.failures: list[Failure] = []
        self.invocations: dict[str, int] = {function.name: 0 for function in found}
        hub_settings = settings.get("extensions", {}).get("eventHubs", {})
        self._most_events = int(hub_settings.get("maxEventBatchSize", _DEFAULT_BATCH))
        self._prefix = str(settings.get("extensions", {}).get("http", {}).get("routePrefix", "api")).strip(
            "/"
        )
        self._partitions = [
            _Partition(function, str(number))
            for function in found
            if isinstance(function, HubFunction)
            for number in range(partitions)
        ]
        self._timers = {f: f.after(clock.now()) for f in found if isinstance(f, TimerFunction)}
        self._routes = {
            f"/{self._prefix}/{f.route}".replace("//", "/").lower(): f
            for f in found
            if isinstance(f, HttpFunction)
        }
        self._lock = RLock()

    def enqueue(self, partition: int | str, body: bytes, enqueued_time: datetime, hub: str = "") -> None:
        """Puts a message at the end of a partition of `hub`, which may be left out where there is one only.

        Raises TelltaleError where no function reads such a partition.
        """
        readers = [p for p in self._partitions if p.name == str(partition) and hub in ("", p.function.hub)]
        if not readers:
            raise TelltaleError(f"no function reads the partition {partition} of the hub {hub or 'in hand'}")
        for reader in readers:
            reader.append(body, enqueued_time)

    def ends(self, hub: str = "") -> list[PartitionEnd]:
        """Where each partition of `hub` ends at this moment; it may be left out where there is one only."""
        ends = {
            p.name: PartitionEnd(p.name, p.sequence_number - 1, p.newest)
            for p in self._partitions
            if hub in ("", p.function.hub)
        }
        return [ends[name] for name in sorted(ends, key=int)]

    def wake(self) -> None:
        """Plans every timer anew by its own schedule, after `run_until` left firings out."""
        now = self.clock.now()
        self._timers = {timer: min(planned, timer.after(now)) for timer, planned in self._timers.items()}

    def run_until(self, moment: datetime, apart: timedelta = _SECOND) -> None:
        """Lets time pass up to `moment`, running whatever is due on the way, in order.

        A timer that has fired fires again no sooner than `apart`, at a time that its schedule has.
        """
        while True:
            due = [
                (ready, 0, place)
                for place, p in enumerate(self._partitions)
                if (ready := p.ready()) is not None
            ]
            due += [(fires, 1, place) for place, fires in enumerate(self._timers.values())]
            first = min(due, default=None)
            if first is None or first[0] > moment:
                self.clock.advance_to(moment)
                return
            now = self.clock.advance_to(first[0])
            with self._lock:
                if first[1] == 0:
                    self._receive(self._partitions[first[2]], now)
                else:
                    self._fire(list(self._timers)[first[2]], now, apart)

    def _receive(self, partition: _Partition, now: datetime) -> None:
        if partition.retry is not None:
            size = partition.retry[1]
        else:
            size = sum(
                1
                for message, _ in _first(partition.waiting, self._most_events)
                if message.enqueued_time <= now
            )
        batch = _first(partition.waiting, size)
        partition.retry = None
        function = partition.function
        if not self._invoked(
            function.name, lambda: function.invoke(partition.name, *zip(*batch, strict=True))
        ):
            partition.failures += 1
            wait = function.retry.wait(partition.failures) if function.retry else None
            if wait is not None:
                partition.retry = (now + wait, size)
                return
        partition.failures = 0
        for _ in batch:
            partition.waiting.popleft()

    def _fire(self, timer: TimerFunction, now: datetime, apart: timedelta) -> None:
        self._timers[timer] = timer.after(now + max(apart - _SECOND, timedelta()))
        self._invoked(timer.name, lambda: timer.invoke(now))

    def _invoked(self, name: str, call: Any) -> bool:
        self.invocations[name] += 1
        try:
            call()
        except TelltaleError:
            raise
        except Exception as error:  # noqa: BLE001 - the host outlives its functions, and tells
            self.failures.append(Failure(name, self.clock.now(), f"{type(error).__name__}: {error}"))
            log.warning("function %s failed: %s", name, type(error).__name__)
            return False
        return True

    def request(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> func.HttpResponse:
        """The answer of the function behind `target` (path and query); 404, 405 and 500 as the host gives them."""
        parts = urlsplit(target)
        function = self._routes.get(parts.path.rstrip("/").lower())
        if function is None:
            return func.HttpResponse("Not Found", status_code=404, mimetype="text/plain")
        if method not in function.methods:
            return func.HttpResponse("Method Not Allowed", status_code=405, mimetype="text/plain")
        with self._lock:
            self.invocations[function.name] += 1
            try:
                return function.invoke(
                    method, target, dict(headers or {}), dict(parse_qsl(parts.query)), body
                )
            except Exception as error:  # noqa: BLE001 - as above
                self.failures.append(
                    Failure(function.name, self.clock.now(), f"{type(error).__name__}: {error}")
                )
                return func.HttpResponse("Internal Server Error", status_code=500, mimetype="text/plain")

    @property
    def addresses(self) -> list[str]:
        """The paths that functions answer."""
        return sorted(self._routes)


def _first(waiting: deque[tuple[Message, int]], most: int) -> list[tuple[Message, int]]:
    return [waiting[place] for place in range(min(most, len(waiting)))]


def _host_settings(path: Path) -> dict[str, Any]:
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TelltaleError(f"{path}: cannot be read as the settings of the host: {error}") from None
    return settings if isinstance(settings, dict) else {}
