"""`make bench ARGS=--latency`: from the moment when the hub took a record to the moment when its alert's row was taken.

The real way: a paced producer, a thread for each hub partition that takes what has arrived (as the Functions host cuts
batches, up to 200 messages), the collector with all detectors, SQLite on disk, the client library over HTTP, and the
local ingestion endpoint in a process of its own. One record a message, which makes the most batches and calls. Both
moments are read from this machine's clock. The first seconds warm up and are not counted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Final

import orjson

import functions.detectors
from cli.local_credential import LocalCredential
from lab.azure.ingestion import IngestionEndpoint
from lab.bench.planted import plant
from lab.traffic.mix import START, bench_bodies
from shared.base.garbage_collection import freeze_garbage_collector
from shared.collector.collector import Collector
from shared.delivery.sentinel import SentinelOutlet
from shared.detection.discovery import discover
from shared.events import Batch, Message
from shared.events.registry import registry
from shared.storage import SqliteStore

HUB: Final = "telemetry"
PARTITIONS: Final = 4
MOST_MESSAGES: Final = 200
HITS: Final = 0.10
WARM_UP_SECONDS: Final = 3.0


@dataclass(frozen=True)
class Latency:
    """The figures of a run, in milliseconds."""

    name: str
    records_per_second: float
    seconds: float
    alerts: int
    median_ms: float
    p95_ms: float
    p99_ms: float
    longest_ms: float
    batches: int
    calls: int


class _Shifted:
    """The machine's clock, moved to the day of the traffic; the same in both processes."""

    def __init__(self, shift: timedelta) -> None:
        self._shift = shift

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift


class _Received:
    """What a partition has for its reader, who takes it as the host does: whatever is there, at once."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Message | None] = SimpleQueue()

    def put(self, message: Message | None) -> None:
        self._waiting.put(message)

    def take(self) -> tuple[list[Message], bool]:
        """The next batch, and whether more may come."""
        batch: list[Message] = []
        more = self._waiting.get()
        while more is not None:
            batch.append(more)
            if len(batch) == MOST_MESSAGES:
                return batch, True
            try:
                more = self._waiting.get_nowait()
            except Empty:
                return batch, True
        return batch, False


def measure(rate: float, seconds: float, seed: int, hits: float = HITS) -> Latency:
    """Plays `rate` records a second for `seconds` (besides the warm-up), a share of `hits` found by detectors."""
    bodies = _single(plant(bench_bodies(seed, round(rate * (seconds + WARM_UP_SECONDS))), hits, seed))
    context = get_context("spawn")
    here, there = context.Pipe()
    clock = _Shifted(START + timedelta(hours=1) - datetime.now(UTC))
    with TemporaryDirectory(prefix="telltale-bench-") as directory:
        endpoint = context.Process(target=_serve, args=(there, directory, clock), daemon=True)
        endpoint.start()
        try:
            url, rule_id = here.recv()
            enqueued, batches = _play(bodies, rate, clock, (url, rule_id), Path(directory) / "state.db")
            here.send(None)
            arrivals, calls = here.recv()
        finally:
            endpoint.join(10)
    first = min(enqueued.values()) + timedelta(seconds=WARM_UP_SECONDS)
    taken = sorted(
        (datetime.fromisoformat(arrived) - moment).total_seconds() * 1000
        for arrived, row in arrivals
        if (moment := _enqueued(row, enqueued)) is not None and moment >= first
    )
    return Latency(
        "record to accepted row", rate, seconds, len(taken),
        _quantile(taken, 0.5), _quantile(taken, 0.95), _quantile(taken, 0.99), _quantile(taken, 1.0),
        batches, calls,
    )  # fmt: skip


def _play(
    bodies: Sequence[bytes], rate: float, clock: _Shifted, target: tuple[str, str], file: Path
) -> tuple[dict[str, datetime], int]:
    """Sends the bodies at their pace; when each message was enqueued, by its reference, and how many batches."""
    store = SqliteStore(str(file))
    outlet = SentinelOutlet(*target, LocalCredential, clock)
    subject = Collector(
        store=store, clock=clock, detectors=discover(functions.detectors), registry=registry(),
        partitions=PARTITIONS, outlet=outlet,
    )  # fmt: skip
    freeze_garbage_collector()
    queues = [_Received() for _ in range(PARTITIONS)]
    counts = [0] * PARTITIONS

    def read(partition: int) -> None:
        going_on = True
        while going_on:
            batch, going_on = queues[partition].take()
            if batch:
                counts[partition] += 1
                subject.collect(Batch(HUB, str(partition), tuple(batch)))

    readers = [Thread(target=read, args=(partition,)) for partition in range(PARTITIONS)]
    for reader in readers:
        reader.start()
    enqueued: dict[str, datetime] = {}
    begun = time.perf_counter()
    for number, body in enumerate(bodies):
        time.sleep(max(begun + number / rate - time.perf_counter(), 0.0))
        partition, now = number % PARTITIONS, clock.now()
        enqueued[f"{HUB}/{partition}/{number}"] = now
        queues[partition].put(Message(body, number, now))
    for queue in queues:
        queue.put(None)
    for reader in readers:
        reader.join()
    subject.deliver()
    subject.close()
    return enqueued, sum(counts)


def _serve(pipe: Connection, directory: str, clock: _Shifted) -> None:
    """The endpoint, in its own process, until it is told to hand over what it has taken."""
    with IngestionEndpoint(path=Path(directory) / "rows.db", clock=clock) as endpoint:
        pipe.send((endpoint.url, endpoint.rule_id))
        pipe.recv()
        pipe.send((endpoint.arrivals(), len(endpoint.calls())))


def _single(bodies: Sequence[bytes]) -> list[bytes]:
    """Every record as a message of its own, in the envelope in which it came."""
    found: list[bytes] = []
    for body in bodies:
        value = orjson.loads(body)
        envelope = next((name for name in ("records", "Records") if name in value), None)
        if isinstance(value, list):
            found += [orjson.dumps([record]) for record in value]
        elif envelope is not None:
            found += [orjson.dumps({envelope: [record]}) for record in value[envelope]]
        else:
            found.append(body)
    return found


def _enqueued(row: dict[str, Any], enqueued: dict[str, datetime]) -> datetime | None:
    """When the last record of the alert was enqueued: the one that raised it."""
    references = (row.get("Evidence") or {}).get("records") or []
    moments = [enqueued.get(str(reference).rpartition("/")[0]) for reference in references]
    return max((moment for moment in moments if moment is not None), default=None)


def _quantile(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 1) if ordered else 0.0


def show(found: Latency, *, as_json: bool) -> None:
    """Prints the figures."""
    if as_json:
        sys.stdout.write(json.dumps(asdict(found)) + "\n")
        return
    sys.stdout.write(
        f"{found.name}, {found.records_per_second:g} records a second for {found.seconds:g} s: "
        f"{found.alerts:,} alerts in {found.batches:,} batches and {found.calls:,} calls\n"
        f"median {found.median_ms:.0f} ms, 95 % {found.p95_ms:.0f} ms, 99 % {found.p99_ms:.0f} ms, "
        f"longest {found.longest_ms:.0f} ms\n"
    )
