"""`make bench ARGS=--memory`: the memory of a worker whose windows meet one hot key, or a million different ones.

Each run is a process of its own, a collector with four kinds of windows over 32 hub partitions and a store on disk,
as a worker is: so the figure is the most memory that the whole process ever held, the interpreter with it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from lab.traffic.mix import START
from lab.traffic.records.application import SCHEMA
from shared.base.clock import VirtualClock
from shared.base.garbage_collection import freeze_garbage_collector
from shared.collector.collector import Collector
from shared.detection import Detector, Severity, count, detector, distinct, first_seen, rate
from shared.events import Batch, Event, Message, application
from shared.events.registry import registry
from shared.storage import SqliteStore

LIMIT_MB = 300
PARTITIONS = 32
A_MESSAGE = 100
MESSAGES = 5
"""Messages of a batch."""

PASSES = timedelta(minutes=10)
"""The time in which all records of a run happen."""

RECORDS = {"a hot key in every record": 200_000, "a million different keys": 1_000_000}


@dataclass(frozen=True)
class Held:
    """What a run came to. at_start: before its first record; ratio: of the limit."""

    name: str
    records: int
    megabytes_at_start: int
    megabytes: int
    limit_megabytes: int = LIMIT_MB

    @property
    def holds(self) -> bool:
        """Whether the worker stayed within the limit."""
        return self.megabytes <= self.limit_megabytes


def counted(event: Event) -> bool:
    """Counts every login, in a window of its own for each user."""
    return True


def detectors() -> list[Detector]:
    """The kinds of windows that keep most: none of them ever crosses."""
    windows: dict[str, Any] = {
        "count": count(by="actor_user_id", threshold=10**9, period="10m"),
        "distinct": distinct(of="src_ip_addr", by="actor_user_id", threshold=10**7, period="1h"),
        "first_seen": first_seen(of="src_ip_addr", by="actor_user_id"),
        "rate": rate(by="actor_user_id", threshold=10**9),
    }
    declare: Callable[..., Any] = detector
    return [
        _named(
            declare(
                title="{actor_user_id} logs in",
                severity=Severity.LOW,
                on=application(operation="authn_login_success"),
                window=window,
            )(counted),
            kind,
        )
        for kind, window in windows.items()
    ]


def _named(one: Detector, kind: str) -> Detector:
    return replace(one, id=f"bench.{kind}")


def batches(name: str, records: int) -> Iterator[Batch]:
    """The records, evenly over the partitions, each from an address that none had before."""
    hot = name.startswith("a hot")
    for number, first in enumerate(range(0, records, A_MESSAGE * MESSAGES)):
        messages = []
        for place in range(MESSAGES):
            begin = first + place * A_MESSAGE
            made = [_login(n, records, hot) for n in range(begin, min(begin + A_MESSAGE, records))]
            time = START + PASSES * (begin / records)
            messages.append(Message(orjson.dumps({"records": made}), begin, time))
        yield Batch("telemetry", str(number % PARTITIONS), tuple(messages))


def _login(number: int, records: int, hot: bool) -> dict[str, object]:
    time = START + PASSES * (number / records)
    user = "u-hot" if hot else f"u-{number:08d}"
    return {
        "schema": SCHEMA,
        "app": "shop",
        "event": f"authn_login_success:{user}",
        "time": time.isoformat().replace("+00:00", "Z"),
        "actor_user_id": user,
        "src_ip_addr": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        "result": "Success",
    }


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(name: str, records: int) -> Held:
    """Feeds the records to a collector of this process, then lets the timer judge its windows."""
    with tempfile.TemporaryDirectory() as folder:
        clock = VirtualClock(START)
        store = SqliteStore(str(Path(folder) / "store.db"))
        subject = Collector(
            store=store,
            clock=clock,
            detectors=detectors(),
            registry=registry(),
            partitions=PARTITIONS,
        )
        freeze_garbage_collector()
        before, seen = _megabytes(), 0
        for batch in batches(name, records):
            seen += subject.collect(batch).records
        clock.advance(PASSES.total_seconds() + 60)
        subject.watch_windows()
        if seen != records or next(store.query("windows", limit=1), None) is None:
            raise SystemExit(f"{seen} of {records} records were read, or none was counted")
        return Held(name, records, before, _megabytes())


def measure(share: float = 1.0) -> list[Held]:
    """Every run in a process of its own; `share` of its records, so that tests need not wait."""
    found = []
    for name, records in RECORDS.items():
        command = [sys.executable, "-m", "lab.bench.windows_memory", name, str(int(records * share))]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(Held(**json.loads(done.stdout)))
    return found


def show(found: list[Held], *, as_json: bool) -> None:
    """Prints a table, or a JSON object a line."""
    if as_json:
        for held in found:
            line = {**asdict(held), "ratio": round(held.megabytes / held.limit_megabytes, 3)}
            sys.stdout.write(json.dumps(line) + "\n")
        return
    sys.stdout.write(f"{'':28}{'records':>10}{'MB at start':>13}{'MB at most':>12}{'limit':>7}\n")
    for held in found:
        sys.stdout.write(
            f"{held.name:28}{held.records:>10,}{held.megabytes_at_start:>13}{held.megabytes:>12}"
            f"{held.limit_megabytes:>7}{'' if held.holds else '  past the limit'}\n"
        )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(run(sys.argv[1], int(sys.argv[2])))))
