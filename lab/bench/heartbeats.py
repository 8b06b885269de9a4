"""`make bench ARGS=--heartbeats`: what a check of many entities costs, in time, memory and storage operations.

A store on disk is filled with entities that have a memory of eight weeks each (learnt by the real judgement, from
patterns of several kinds) and with what four hub partitions counted for them in the last hours: one in ten speaks in
every partition, the others in one. Then a process of its own checks them all, several times, also when an hour has
ended and when all fall silent together. In that process nothing else runs.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import functions.detectors
from lab.bench.counting_store import CountingStore
from shared.customer.declarations import Declarations
from shared.detection.discovery import discover
from shared.events.registry import registry
from shared.heartbeat.entity import Entity
from shared.heartbeat.heartbeat_rows import TABLE as HEARTBEATS
from shared.heartbeat.heartbeat_rows import row_key
from shared.heartbeat.judgement.entity_check import judge
from shared.heartbeat.judgement.memory import EntityMemory
from shared.heartbeat.judgement.observation import HOUR, LAG_BUCKETS, SLOT, SLOTS, Hour, Observation
from shared.heartbeat.judgement.policy import Policy
from shared.heartbeat.state import TABLE as SOURCES
from shared.heartbeat.state import EntityRow
from shared.storage import Row, RowValue, SqliteStore, Store, Upsert, safe_key
from shared.storage.owners import Owners
from shared.upkeep.telemetry import Telemetry

NOW: Final = datetime(2026, 11, 24, 14, 55, tzinfo=UTC)
PARTITIONS: Final = 4
TEMPLATES: Final = 6
LEARNT_HOURS: Final = 60 * 24
RECENT: Final = 3
_SOURCES: Final = (
    "azure.storage",
    "azure.keyvault",
    "azure.appservice.http",
    "azure.sql.audit",
    "azure.functions",
)
LEVELS: Final = (240, 600, 9000)
"""Records an hour."""
SILENT: Final = "all fall silent at once"
CHECKS: Final = (
    ("first check", 0),
    ("five minutes later", 5),
    ("when the hour has ended", 10),
    ("an hour later", 70),
    (SILENT, 100),
)
"""Names, and minutes after `NOW`."""
_EVERYWHERE: Final = 10
"""One in so many entities speaks in every hub partition."""


@dataclass(frozen=True)
class Checked:
    """The figures of one check. megabytes: the greatest memory of the process until its end."""

    name: str
    entities: int
    rows: int
    seconds: float
    cpu_seconds: float
    alerts: int
    megabytes: float
    reads: int
    writes: int
    largest_row: int


def measure(entities: int, seed: int) -> list[Checked]:
    """Fills a store with that many entities and checks them in another process."""
    context = get_context("spawn")
    here, there = context.Pipe()
    with TemporaryDirectory(prefix="telltale-bench-") as directory:
        path = Path(directory) / "state.db"
        rows, largest = _fill(path, entities, Random(seed))
        process = context.Process(target=_check, args=(there, str(path), entities), daemon=True)
        process.start()
        try:
            found = here.recv()
        finally:
            process.join(10)
    return [Checked(entities=entities, rows=rows, largest_row=largest, **one) for one in found]


def _check(pipe: Connection, path: str, entities: int) -> None:
    """The checks, in a process that does nothing else. Before each, what came in the meantime is written."""
    store = _Counting(SqliteStore(path))
    subject = Telemetry(store, discover(functions.detectors), registry(), Declarations(), "bench")
    found = []
    for name, after in CHECKS:
        now = NOW + timedelta(minutes=after)
        if name != SILENT:
            _speak(store, entities, now, hours=2)
        before, written = store.operations, store.commits
        begun, worked = time.perf_counter(), time.process_time()
        check, alerts = subject.check(now)
        subject.keep(check)
        took, worked = time.perf_counter() - begun, time.process_time() - worked
        writes = store.commits - written
        found.append(
            {
                "name": name,
                "alerts": len(alerts),
                "seconds": round(took, 1),
                "cpu_seconds": round(worked, 1),
                "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "reads": store.operations - before - writes,
                "writes": writes,
            }
        )
    pipe.send(found)


class _Counting(CountingStore):
    """Counts the commits among the operations as well."""

    commits = 0

    def commit(self, table, operations):  # type: ignore[no-untyped-def]
        """See `Store.commit`."""
        self.commits += 1
        return super().commit(table, operations)


def _fill(path: Path, entities: int, random: Random) -> tuple[int, int]:
    """How many rows of heartbeats were written, and the bytes of the largest row of a state."""
    store = SqliteStore(path)
    owners = Owners(store)
    for partition in range(PARTITIONS):
        owners.announce(_owner(partition))
    templates = [_template(level, random) for level in LEVELS for _ in range(TEMPLATES)]
    largest = 0
    for start in range(0, entities, 100):
        numbers = range(start, min(start + 100, entities))
        states = [
            _state(_entity(number), templates[number % len(LEVELS) * TEMPLATES + number % TEMPLATES])
            for number in numbers
        ]
        largest = max(largest, *(_size(row) for row in states))
        store.commit(SOURCES, [Upsert(row) for row in states])
    rows = _speak(store, entities, NOW, hours=RECENT)
    store.close()
    return rows, largest


def _speak(store: Store, entities: int, now: datetime, hours: int) -> int:
    """Writes what came of every entity in the last hours; how many rows that takes."""
    rows = 0
    for partition in range(PARTITIONS):
        values: dict[str, RowValue] = {
            "seq": int(now.timestamp()), "enqueued": now.timestamp(), "processed": now.timestamp(), "recreated": 0,
            "recreated_at": 0.0,
        }  # fmt: skip
        store.commit(HEARTBEATS, [Upsert(Row(safe_key(_owner(partition)), "clock", values))])
        spoke = (
            number
            for number in range(entities)
            if not number % _EVERYWHERE or number % PARTITIONS == partition
        )
        beats = (row for number in spoke for row in _beats(number, partition, now.timestamp(), hours))
        while group := list(islice(beats, 100)):
            store.commit(HEARTBEATS, [Upsert(row) for row in group])
            rows += len(group)
    return rows


def _owner(partition: int) -> str:
    return f"hub|{partition}"


def _entity(number: int) -> Entity:
    resource_id = (
        f"/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourcegroups/g/providers/x/{number:06d}"
    )
    return Entity(_SOURCES[number % len(_SOURCES)], f"tenant-{number % 50}", "Logs", resource_id)


def _template(level: int, random: Random) -> EntityMemory:
    """What is remembered of an entity of so many records an hour."""
    memory = EntityMemory()
    hours: dict[int, Hour] = {}
    last = int(NOW.timestamp()) // HOUR - 1
    first = float((last - LEARNT_HOURS) * HOUR)
    for hour in range(last - LEARNT_HOURS, last + 1):
        hours[hour] = _hour(round(random.gauss(level, level / 10)))
        hours.pop(hour - 4, None)
        at = float((hour + 1) * HOUR)
        memory = judge(Observation(at, hours, first, at - 30, at - 60), Policy(), memory).memory
    return memory


def _hour(count: int) -> Hour:
    each, rest = divmod(count, SLOTS)
    slots = tuple(each + (1 if slot < rest else 0) for slot in range(SLOTS))
    lags = (0,) * 7 + (count,) + (0,) * (LAG_BUCKETS - 8)
    minutes = (1 << min(60, count)) - 1
    return Hour(
        slots=slots, minutes=minutes, lags=lags, sampled=12, filled={"operation": 12}, shapes={"a1b2c3d4": 12}
    )


def _state(entity: Entity, memory: EntityMemory) -> Row:
    now = NOW.timestamp()
    first = now - LEARNT_HOURS * HOUR
    hours = {int(now) // HOUR - ago: 1000 for ago in range(25)}
    known = EntityRow(
        entity, first=first, last=now - 30, event=now - 60, since=first, reporter=entity.dimension, hours=hours,
        memory=memory,
    )  # fmt: skip
    return known.row()


def _beats(number: int, partition: int, now: float, hours: int) -> Iterator[Row]:
    """What a hub partition counted for an entity in the last hours, up to `now`."""
    entity = _entity(number)
    each = LEVELS[number % len(LEVELS)] // SLOTS // (1 if number % _EVERYWHERE else PARTITIONS)
    this = int(now) // HOUR
    for hour in range(this - hours + 1, this + 1):
        until = min(now - 30, float(hour * HOUR + HOUR - 1))
        slots = int(until - hour * HOUR) // SLOT + 1 if until > hour * HOUR else 0
        values: dict[str, RowValue] = {
            "entity": entity.text(), "hour": hour, "seq": hour, "count": each * slots, "first": until - 300,
            "last": until - 30, "enqueued": until, "processed": until + 1, "lag": 30.0,
            "slots": ",".join([str(each)] * slots), "minutes": (1 << 5 * slots) - 1,
            "lags": ",".join(["0"] * 7 + [str(each * slots)] + ["0"] * (LAG_BUCKETS - 8)),
            "sampled": slots, "shapes": f"a1b2c3d4={slots}", "reporter": entity.dimension,
        }  # fmt: skip
        yield Row(safe_key(_owner(partition)), row_key(entity, hour), values)


def _size(row: Row) -> int:
    """The bytes of a row's values, about, as Azure counts them."""
    return sum(
        len(name) * 2 + (len(value) if isinstance(value, bytes) else len(str(value)) * 2)
        for name, value in row.values.items()
    )


def show(found: list[Checked], *, as_json: bool) -> None:
    """Prints the figures."""
    if as_json:
        for line in found:
            sys.stdout.write(json.dumps(asdict(line)) + "\n")
        return
    first = found[0]
    sys.stdout.write(
        f"{first.entities:,} entities, {first.rows:,} rows of heartbeats; "
        f"a state takes at most {first.largest_row:,} bytes\n"
        f"{'':26}{'seconds':>9}{'CPU':>7}{'MB':>7}{'reads':>8}{'writes':>8}{'alerts':>8}\n"
    )
    for line in found:
        sys.stdout.write(
            f"{line.name:26}{line.seconds:>9.1f}{line.cpu_seconds:>7.1f}{line.megabytes:>7.0f}{line.reads:>8,}{line.writes:>8,}{line.alerts:>8,}\n"
        )
    sys.stdout.write(
        "reads and writes are requests to Azure Tables: pages of 1,000 rows, transactions of up to 100\n"
    )
