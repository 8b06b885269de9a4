"""`telltale decode`: what the collector reads in records, one line for each, or why it cannot read them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from cli.decoding import Readable, event_values, items_of, problem_values, readings_of
from cli.explaining import explained_parts, explained_values
from cli.files import FileBody, read_bodies
from cli.terminal import Terminal, counted, flush, note, plain, write_json
from shared.base.clock import SystemClock
from shared.base.errors import TelltaleError
from shared.events.event import Event
from shared.events.reading.body import Problem
from shared.events.reading.decoder import Decoder
from shared.events.registry import registry

_FILES = typer.Argument(metavar="FILE...", help="JSON lines, JSON, text or *.raw.jsonl; - is standard input.")


_ROWS_AT_ONCE = 200


def decode(
    files: Annotated[list[str], _FILES],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Which source claimed a record, and where each field came from.")
    ] = False,
    line: Annotated[
        int | None, typer.Option("--line", metavar="N", min=1, help="Only what begins on this line.")
    ] = None,
) -> None:
    """Show records as the collector reads them: normalised names, or the problem.

    Exit status 2 where there is something to read and not one record could be read.
    """
    bodies = read_bodies(files)
    if line is not None:
        bodies = _on_line(bodies, line)
    if explain:
        _explain(bodies, as_json=as_json)
        return
    now = SystemClock().now()
    decoder = Decoder(registry(), {})
    terminal, table = Terminal(), _table()
    events = problems = 0
    watch = Readable()
    for body in bodies:
        for item in items_of(decoder, body, now):
            watch.see(body, item)
            if isinstance(item, Event):
                events += 1
            else:
                problems += 1
            if as_json:
                write_json(event_values(item) if isinstance(item, Event) else problem_values(item))
                continue
            _add(table, body, item)
            if table.row_count >= _ROWS_AT_ONCE:
                terminal.print(table)
                table = _table(show_header=False)
    flush()
    if table.row_count:
        terminal.print(table)
    if not as_json:
        note(f"{counted(events, 'record')} read, {counted(problems, 'problem')}")
    if watch.unreadable is not None:
        raise watch.unreadable.refused()


def _on_line(bodies: list[FileBody], line: int) -> list[FileBody]:
    found = [body for body in bodies if body.line == line]
    if not found:
        beginnings = f"; records begin on lines {bodies[0].line} to {bodies[-1].line}" if bodies else ""
        raise TelltaleError(f"--line {line}: no record begins there{beginnings}")
    return found


def _explain(bodies: list[FileBody], *, as_json: bool) -> None:
    known = registry()
    decoder, terminal, now = Decoder(known, {}), Terminal(), SystemClock().now()
    for body in bodies:
        for item in readings_of(decoder, body, now):
            if as_json:
                write_json(explained_values(known, body, item))
                continue
            for part in explained_parts(known, body, item):
                terminal.print(part)
    flush()


def _table(*, show_header: bool = True) -> Table:
    """A table whose columns are as wide whatever is in them, so that one can follow another."""
    table = Table(
        box=None,
        pad_edge=False,
        header_style="bold",
        padding=(0, 2, 0, 0),
        expand=True,
        show_header=show_header,
    )
    table.add_column("Line", justify="right", width=6)
    table.add_column("Time (UTC)", width=19)
    table.add_column("Source", overflow="fold", width=20)
    table.add_column("Operation", overflow="fold", ratio=1)
    table.add_column("Result", width=7)
    table.add_column("Who", overflow="fold", width=29)
    table.add_column("From", overflow="fold", width=15)
    return table


def _add(table: Table, body: FileBody, item: Event | Problem) -> None:
    line = str(body.line)
    if isinstance(item, Event):
        fields = item.normalised()
        late = "" if item.time_from == "record" else "dim"
        who = fields.get("actor_username") or fields.get("actor_user_id") or fields.get("app_name")
        table.add_row(
            line,
            plain(item.time.strftime("%Y-%m-%d %H:%M:%S"), late),
            plain(item.source, "cyan"),
            plain(fields.get("operation"), most=120),
            plain(fields.get("event_result"), "red" if fields.get("event_result") == "Failure" else ""),
            plain(who, most=80),
            plain(fields.get("src_ip_addr"), most=45),
        )
        return
    values = problem_values(item)
    content = " ".join(str(values["content"]).split())[:60]
    table.add_row(
        line, "", plain("problem", "bold red"), plain(f"{values['problem']}: {content}", "red"), "", "", ""
    )
