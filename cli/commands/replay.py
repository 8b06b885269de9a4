"""`telltale replay`: the alerts that records raise, as the rows that Sentinel would get."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.alert_table import alert_table
from cli.declared import AsJson, SettingsFile, declared, detectors
from cli.files import read_bodies
from cli.replay import replay as play
from cli.terminal import Terminal, counted, flush, note, write_json
from shared.events.registry import registry
from shared.storage import SqliteStore

_FILES = typer.Argument(metavar="FILE...", help="JSON lines, JSON, text or *.raw.jsonl; - is standard input.")
_STORE = typer.Option("--store", metavar="PATH", help="Go on in this store (SQLite) instead of a fresh one.")


def replay(
    files: Annotated[list[str], _FILES],
    as_json: AsJson = False,
    settings: SettingsFile = None,
    store: Annotated[Path | None, _STORE] = None,
) -> None:
    """Run every detector over records, on the records' own clock, and show the alerts.

    Exit status 2 where there is something to read and not one record could be read.
    """
    declarations = declared(settings)
    bodies = read_bodies(files)
    rows: list[Mapping[str, Any]] = []
    with closing(SqliteStore(str(store) if store else ":memory:")) as rows_of_state:
        played = play(
            bodies,
            store=rows_of_state,
            detectors=detectors(),
            registry=registry(),
            declarations=declarations,
            take=write_json if as_json else rows.append,
        )
    flush()
    if rows:
        Terminal().print(alert_table(rows))
    said = f"{counted(played.records, 'record')} in {counted(played.messages, 'body')}"
    note(f"{said}, {counted(played.problems, 'problem')}, {counted(played.alerts, 'alert')}")
    if played.unreadable is not None:
        raise played.unreadable.refused()
