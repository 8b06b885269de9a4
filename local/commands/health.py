"""`telltale health`: every source and its state, from the store of the last run or from another."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from local.customer import AsJson, SettingsFile, declared, detectors
from local.source_table import every_source
from local.state import declarations_beside, remembered_time, store_path
from local.terminal import Terminal, flush, note, write_json
from shared.clock import SystemClock, VirtualClock
from shared.collector import Collector
from shared.events.registry import registry
from shared.status.report import source_values
from shared.storage import SqliteStore

_STORE = typer.Option(
    "--store", metavar="PATH", help="The store (SQLite) to look into; else that of the last run."
)


def health(
    as_json: AsJson = False,
    settings: SettingsFile = None,
    store: Annotated[Path | None, _STORE] = None,
) -> None:
    """Show every telemetry source and its state."""
    path = store_path(store)
    declarations = declared(settings or declarations_beside(path))
    with closing(SqliteStore(path)) as rows:
        played_until = remembered_time(rows)
        now = played_until or SystemClock().now()
        collector = Collector(
            store=rows,
            clock=VirtualClock(now),
            detectors=detectors(),
            registry=registry(),
            declarations=declarations,
        )
        report = collector.status()
    if as_json:
        for state in report.sources:
            write_json(source_values(state))
        flush()
        return
    if not report.sources:
        note("no source has been seen yet, and none is declared as expected")
        return
    Terminal().print(every_source(report.sources, now))
    when = ", the end of what was played into it" if played_until else ""
    note(
        f"{len(report.sources)} sources, {len(report.in_trouble)} in trouble; as of {now:%Y-%m-%d %H:%M:%S} UTC{when}"
    )
