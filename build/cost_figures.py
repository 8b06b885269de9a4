"""Refreshes `measured.json`: `make bench ARGS=--json | .venv/bin/python -m cli.costing`."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterable
from typing import Any

from cli.costing.figures import MEASURED, Measured
from shared.base.clock import SystemClock
from shared.base.errors import TelltaleError

LINE = "all detectors, ordinary traffic"
"""The line of the bench that stands for a customer's day."""


def from_bench(lines: Iterable[str], as_of: str) -> Measured:
    """What the bench's JSON lines say; raises TelltaleError where the line that is needed is not there."""
    found: dict[str, Any] | None = None
    for line in lines:
        if not line.startswith("{"):
            continue
        row = json.loads(line)
        if row.get("name") == LINE:
            found = row
    if found is None:
        raise TelltaleError(
            f"no line {LINE!r} on standard input; give it what `make bench ARGS=--json` prints"
        )
    bytes_per_record, records_per_message = _traffic()
    return Measured(
        as_of=as_of,
        python=platform.python_version(),
        detectors=found["detectors"],
        records_per_second=found["records_per_second"],
        storage_operations_per_1000=found["storage_operations_per_1000"],
        bytes_per_record=bytes_per_record,
        records_per_message=records_per_message,
    )


def _traffic() -> tuple[float, float]:
    """Bytes of a record, and records of a message, in the traffic of the bench."""
    from lab.traffic.mix import bench_bodies

    records = 14_000
    bodies = bench_bodies("cost", records, 1)
    return round(sum(map(len, bodies)) / records, 1), round(records / len(bodies), 2)


def main() -> None:
    """Reads the bench's lines and writes the file."""
    found = from_bench(sys.stdin, SystemClock().now().date().isoformat())
    MEASURED.write_text(json.dumps(found.model_dump(), indent=2) + "\n", encoding="utf-8")
    sys.stderr.write(f"{MEASURED.name}: {found.records_per_second:,.0f} records a second\n")


if __name__ == "__main__":
    try:
        main()
    except TelltaleError as error:
        sys.exit(str(error))
