"""One worker: a process that runs the functions of the real app, as the host's worker would, until it is killed.

It builds its collector as `functions.composition` does, with a credential for the emulator, and is told over a pipe
which function to invoke with what. Functions run side by side in threads. Imported before the fork, so that a process
begins in milliseconds.
"""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from random import Random
from threading import Lock
from typing import Final, NamedTuple

import azure.data.tables
import azure.monitor.ingestion  # noqa: F401
import croniter  # noqa: F401

import lab.chaos.detectors
from cli.local_credential import LocalCredential
from function_app import app
from functions.composition import configure
from lab.azure.bindings import HubFunction, LocalFunction, TimerFunction, indexed
from lab.chaos.misdirected import Misdirected, misdirected
from lab.chaos.traffic import HUB, Place
from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.delivery.sentinel import SentinelOutlet
from shared.detection.detector import Detector
from shared.detection.discovery import discover
from shared.events.message import Message
from shared.events.registry import registry
from shared.storage import AzureTableStore, SqliteStore, Store, StoreUnavailable

THREADS: Final = 6
RETRIES: Final = 1
CATCH_UP: Final = 10_000
"""Alerts of a severity that may be sent a minute: here hours of waiting pass in seconds."""
READ_SECONDS: Final = 1.0
"""How long a worker waits for an answer of storage; in Azure it is longer, and a hang costs more."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker is started with. storage, ingestion: its own ports at the proxy; storage 0: the file `store`.

    misdirected: the share of deliveries that go to `tls`, a port with a certificate that nobody trusts, or to nowhere.
    """

    account: str
    storage: int
    ingestion: int
    rule: str
    bodies: str
    partitions: int
    begin: float
    store: str = ""
    tls: int = 0
    misdirected: float = 0.0


class Command(NamedTuple):
    """Invoke `function` at the virtual time `now`; `places` are the messages of `partition`."""

    id: int
    function: str
    now: float
    partition: str = ""
    places: Sequence[Place] = ()


class Reply(NamedTuple):
    """What became of it. refused: the store was not there; error: what must not happen. The host retries both.

    misdirected: the deliveries that went the wrong way meanwhile.
    """

    id: int
    refused: str = ""
    error: str = ""
    misdirected: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether the function returned."""
        return not self.refused and not self.error


def opened(setup: Setup) -> Store:
    """The store of a worker."""
    if not setup.storage:
        return SqliteStore(setup.store)
    return AzureTableStore.from_connection_string(
        f"{setup.account}TableEndpoint=http://127.0.0.1:{setup.storage}/devstoreaccount1;",
        retries=RETRIES,
        read_seconds=READ_SECONDS,
    )


def collector_of(store: Store, clock: VirtualClock, setup: Setup) -> Collector:
    """The collector over a store, as `functions.composition.build` makes it."""
    outlet = None
    if setup.ingestion:
        outlet = misdirected(
            lambda url: SentinelOutlet(url, setup.rule, LocalCredential, clock),
            f"http://127.0.0.1:{setup.ingestion}",
            setup.tls,
            Random(os.getpid()),  # every life its own; when it delivers follows no seed either
            setup.misdirected,
        )
    return Collector(
        store=store,
        clock=clock,
        detectors=detectors_of(),
        registry=registry(),
        partitions=setup.partitions,
        outlet=outlet,
        catch_up=CATCH_UP,
    )


@functools.cache
def functions_of() -> dict[str, LocalFunction]:
    """The functions of the app by name, as the host indexes them."""
    os.environ.update(TELLTALE_HUB_NAME=HUB, TELLTALE_CONSUMER_GROUP="$Default")
    return {one.name: one for one in indexed(app.get_functions())}


@functools.cache
def detectors_of() -> tuple[Detector, ...]:
    """The detectors of the runs."""
    return tuple(discover(lab.chaos.detectors))


class Worker:
    """A process's work; `run` ends when the other side of the pipe is closed."""

    def __init__(self, setup: Setup, pipe: Connection) -> None:
        self._pipe = pipe
        self._sending = Lock()
        self._clock = VirtualClock(datetime.fromtimestamp(setup.begin, UTC))
        self._bodies = os.open(setup.bodies, os.O_RDONLY)
        self._functions: dict[str, LocalFunction] = functions_of()
        collector = collector_of(opened(setup), self._clock, setup)
        configure(collector)
        self._outlets = [queue.outlet for queue in collector.fan_out.queues]

    def run(self) -> None:
        """Takes commands, each in a thread of its own."""
        with ThreadPoolExecutor(THREADS) as pool:
            while True:
                try:
                    command: Command = self._pipe.recv()
                except (EOFError, OSError):
                    os._exit(0)
                pool.submit(self._invoke, command)

    def _invoke(self, command: Command) -> None:
        now = self._clock.advance_to(datetime.fromtimestamp(command.now, UTC))
        function = self._functions[command.function]
        refused = error = ""
        try:
            if isinstance(function, HubFunction):
                messages = [
                    Message(
                        os.pread(self._bodies, place.size, place.start),
                        place.number,
                        datetime.fromtimestamp(place.enqueued, UTC),
                    )
                    for place in command.places
                ]
                function.invoke(command.partition, messages, [place.start for place in command.places])
            elif isinstance(function, TimerFunction):
                function.invoke(now)
        except StoreUnavailable as reason:
            refused = str(reason)
        except Exception as reason:  # noqa: BLE001 - told to the run, which fails
            error = f"{command.function} raised {type(reason).__name__}: {reason}"
        with self._sending:
            met = [name for one in self._outlets if isinstance(one, Misdirected) for name in one.met()]
            self._pipe.send(Reply(command.id, refused, error, tuple(met)))


def main(setup: Setup, pipe: Connection) -> None:
    """A worker's process. What its functions log is not shown: failing is what they are here for."""
    logging.disable()
    Worker(setup, pipe).run()
