"""`make bench`: the whole way of a record, relative to `orjson.loads` of the same bytes in the same run.

Measured is everything between the bytes of a hub batch and the rows to be written: decoding, counting, detection,
windows, alerts and their rows; the store takes every write and keeps nothing. A collector lives through all rounds,
as in a deployment, and every round brings traffic that it has not seen (of the same people); the first warms up.
Each round measures every line of the table, each right after the parse it is compared with, so that a noisy machine
hits all alike; the table shows medians.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import orjson

import functions.detectors
from lab.bench.counting_store import CountingStore
from lab.bench.heartbeats import measure as measure_checks
from lab.bench.heartbeats import show as show_checks
from lab.bench.imports import import_ratio
from lab.bench.latency import measure as measure_latency
from lab.bench.latency import show
from lab.bench.null_store import NullStore
from lab.bench.planted import plant
from lab.bench.replicas import replicas
from lab.bench.windows_memory import measure as measure_memory
from lab.bench.windows_memory import show as show_memory
from lab.traffic.mix import RATE, START, bench_bodies
from shared.base.clock import VirtualClock
from shared.base.garbage_collection import freeze_garbage_collector
from shared.collector.collector import Collector
from shared.detection import Detector
from shared.detection.discovery import discover
from shared.events import Batch, Message
from shared.events.registry import registry
from shared.storage import SqliteStore, Store

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
MESSAGES_A_BATCH = 100
PARTITIONS = 4
ALL = "all detectors, ordinary traffic"
WITHOUT_WINDOWS = "all but windowed ones, the same"
WINDOWS = "with the windowed detectors, relative to the way without them"
MOST_FOR_WINDOWS = 1.3
"""What was aimed at for `WINDOWS`."""
WARM_UP = 2
"""How many rounds' worth of traffic a collector has seen before it is measured."""
_ALWAYS = (
    "high_risk_sign_in",
    "service_principal_credential_added",
    "diagnostic_settings_deleted",
    "exec_into_pod",
    "web_exploit_attempt",
    "cloudtrail_stopped",
    "malicious_input",
)
"""The detectors that find what `planted.py` plants; part of every measurement."""


@dataclass(frozen=True)
class Line:
    """A line of the table. ratio: time relative to orjson.loads; storage operations: with the embedded store."""

    name: str
    detectors: int
    hit_rate: float
    hits_measured: float
    ratio: float
    records_per_second: int
    storage_operations_per_1000: float


@dataclass
class Case:
    """What a line measures."""

    name: str
    detectors: tuple[Detector, ...]
    hit_rate: float
    traffic: Sequence[list[bytes]]  # one a round
    records: int


def batches(bodies: Sequence[bytes], begin: int = 0) -> list[Batch]:
    """The bodies as the hub hands them over: in turn to every partition, up to 100 messages a batch."""
    found = []
    for partition in range(PARTITIONS):
        own = bodies[partition::PARTITIONS]
        for start in range(0, len(own), MESSAGES_A_BATCH):
            part = own[start : start + MESSAGES_A_BATCH]
            messages = tuple(Message(body, begin + start + place, NOW) for place, body in enumerate(part))
            found.append(Batch("telemetry", str(partition), messages))
    return found


def chosen(real: Sequence[Detector], number: int) -> tuple[Detector, ...]:
    """`number` detectors: real ones first, replicas for the rest."""
    first = [detector for detector in real if detector.id.rpartition(".")[2] in _ALWAYS]
    others = [detector for detector in real if detector not in first]
    found = (first + others)[:number]
    return (*found, *replicas(number - len(found)))


def collector(detectors: Sequence[Detector], store: Store) -> Collector:
    """A collector as it is deployed, on `store`, without an outlet."""
    return Collector(
        store=store, clock=VirtualClock(NOW), detectors=detectors, registry=registry(), partitions=PARTITIONS
    )


def run(subject: Collector, bodies: Sequence[bytes], begin: int = 0) -> tuple[float, int]:
    """Seconds from bytes to rows, and how many times a detector hit."""
    work = batches(bodies, begin)
    hits = 0
    begun = time.process_time()
    for batch in work:
        hits += subject.collect(batch).hits
    return time.process_time() - begun, hits


def parse(bodies: Sequence[bytes]) -> float:
    """Seconds that orjson.loads takes for the same bytes."""
    begun = time.process_time()
    for body in bodies:
        orjson.loads(body)
    return time.process_time() - begun


def measure(cases: Sequence[Case], rounds: int) -> list[Line]:
    """The table: every case in every round, each right after the parse it is compared with."""
    ratios: list[list[float]] = [[] for _ in cases]
    seconds: list[list[float]] = [[] for _ in cases]
    hits = [0] * len(cases)
    subjects = [collector(case.detectors, NullStore()) for case in cases]
    for round_ in range(rounds + 1):
        for number, case in enumerate(cases):
            bodies = case.traffic[round_]
            base = parse(bodies)
            took, hits[number] = run(subjects[number], bodies, round_ * 1_000_000)
            if round_:  # the first round warms up and is not counted
                ratios[number].append(took / base)
                seconds[number].append(took)
        if not round_:
            freeze_garbage_collector()  # as a deployed collector does; a collection would slow either side
    return [
        Line(
            case.name,
            len(case.detectors),
            case.hit_rate,
            round(hits[number] / case.records, 4),
            round(statistics.median(ratios[number]), 3),
            round(case.records / statistics.median(seconds[number])),
            storage_operations(case),
        )
        for number, case in enumerate(cases)
    ]


def storage_operations(case: Case) -> float:
    """Storage operations per 1,000 records, with the embedded store, after one round of warming up."""
    counting = CountingStore(SqliteStore(":memory:"))
    subject = collector(case.detectors, counting)
    run(subject, case.traffic[0])
    before = counting.operations
    run(subject, case.traffic[1], 1_000_000)
    return round((counting.operations - before) / case.records * 1000, 2)


def cases(records: int, rounds: int, seed: int) -> list[Case]:
    """The lines of the table."""
    real = discover(functions.detectors)
    sizes = [WARM_UP * records, *[records] * rounds]
    begins = [START + timedelta(seconds=sum(sizes[:round_]) / RATE) for round_ in range(len(sizes))]
    plain = [
        bench_bodies(f"{seed}/{round_}", size, seed, begin)
        for round_, (size, begin) in enumerate(zip(sizes, begins, strict=True))
    ]
    found = [
        Case(ALL, tuple(real), 0.0, plain, records),
        Case(WITHOUT_WINDOWS, tuple(one for one in real if one.window is None), 0.0, plain, records),
        Case("16 detectors, ordinary traffic", chosen(real, 16), 0.0, plain, records),
    ]
    for rate in (0.01, 0.10):
        traffic = [plant(bodies, rate, round_) for round_, bodies in enumerate(plain)]
        found += [
            Case(f"{number} detectors, {rate:.0%} hits", chosen(real, number), rate, traffic, records)
            for number in (30, 100, 300, 1000)
        ]
    return found


def slope(lines: Sequence[Line], rate: float) -> float:
    """What one more detector costs, between 100 and 1,000, in times orjson.loads."""
    by_number = {line.detectors: line.ratio for line in lines if line.hit_rate == rate}
    return (by_number[1000] - by_number[100]) / 900


def cost_of_windows(lines: Sequence[Line]) -> float:
    """The way of a record with the windowed detectors, relative to the way without them."""
    ratios = {line.name: line.ratio for line in lines}
    return ratios[ALL] / ratios[WITHOUT_WINDOWS]


def main() -> int:
    """Prints the table and whether its limit held, or JSON lines with --json; the exit status."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line, limits in it; the exit status is 0 then"
    )
    parser.add_argument(
        "--records",
        type=int,
        default=14_000,
        help="records of the mix a round (default 14000, which fills the batches)",
    )
    parser.add_argument(
        "--rounds", type=int, default=9, help="rounds of which the median is taken (default 9)"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the traffic")
    parser.add_argument("--latency", action="store_true", help="measure the time from record to row instead")
    parser.add_argument(
        "--rate", type=float, default=200, help="of --latency: records a second (default 200)"
    )
    parser.add_argument("--seconds", type=float, default=30, help="of --latency: how long (default 30)")
    parser.add_argument("--heartbeats", action="store_true", help="measure checks of many entities instead")
    parser.add_argument(
        "--entities", type=int, default=100_000, help="of --heartbeats: how many (default 100000)"
    )
    parser.add_argument("--memory", action="store_true", help="measure the memory that windows take instead")
    options = parser.parse_args()
    if min(options.records, options.rounds, options.entities) < 1:
        parser.error("--records, --rounds and --entities are at least 1")
    if not (0 < options.rate < math.inf and 0 < options.seconds < math.inf):
        parser.error("--rate and --seconds are more than 0")
    if options.latency:
        show(measure_latency(options.rate, options.seconds, options.seed), as_json=options.json)
        return _end(True, "every alert was measured; no limit is set", options)
    if options.memory:
        memory = measure_memory()
        show_memory(memory, as_json=options.json)
        return _end(all(run.holds for run in memory), "memory of windows within its limits", options)
    if options.heartbeats:
        show_checks(measure_checks(options.entities, options.seed), as_json=options.json)
        return _end(True, "every check was measured; no limit is set", options)
    lines = measure(cases(options.records, options.rounds, options.seed), options.rounds)
    started = import_ratio(options.rounds)
    if options.json:
        for line in lines:
            sys.stdout.write(json.dumps(asdict(line)) + "\n")
        nothing = {"detectors": None, "hit_rate": None, "records_per_second": None}
        windows = {"ratio": round(cost_of_windows(lines), 3), "limit": MOST_FOR_WINDOWS}
        sys.stdout.write(json.dumps({"name": WINDOWS, **windows, **nothing}) + "\n")
        sys.stdout.write(
            json.dumps({"name": "import function_app", "ratio": round(started, 3), **nothing}) + "\n"
        )
        return 0
    sys.stdout.write(
        f"{'':34}{'detectors':>10}{'hits':>8}{'x orjson':>10}{'records/s':>11}{'storage ops/1000':>18}\n"
    )
    for line in lines:
        sys.stdout.write(
            f"{line.name:34}{line.detectors:>10}{line.hits_measured:>8.1%}{line.ratio:>10.2f}"
            f"{line.records_per_second:>11,}{line.storage_operations_per_1000:>18.1f}\n"
        )
    sys.stdout.write(f"importing the function app: {started:.2f} x azure.functions and azure.data.tables\n")
    sys.stdout.write(f"each detector from 100 to 1,000 adds {slope(lines, 0.01):.5f} at 1 % hits\n")
    slower = cost_of_windows(lines)
    return _end(
        slower <= MOST_FOR_WINDOWS,
        f"with the windowed detectors {slower:.2f} x the way without them, at most {MOST_FOR_WINDOWS}",
        options,
    )


def _end(held: bool, what: str, options: argparse.Namespace) -> int:
    """Ends a measurement with a line that says whether it held; the exit status. Who reads JSON judges by itself."""
    if options.json:
        return 0
    sys.stdout.write(f"bench: {'held' if held else 'MISSED'}: {what}\n")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
