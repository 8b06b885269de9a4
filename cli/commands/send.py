"""`telltale send`: records from files, or a detector's example, into a real hub or an emulator."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from cli.declared import AsJson
from cli.files import read_bodies
from cli.sending import checked, destination, of_example
from cli.sending import send as sent
from cli.terminal import flush, note, write_json
from shared.base.clock import SystemClock
from shared.base.errors import TelltaleError

_FILES = typer.Argument(metavar="[FILE]...", help="JSON lines, JSON or text; - is standard input.")
_HUB = typer.Option("--hub", metavar="[NAMESPACE/]HUB", help="Where to; else the hub of the environment.")
_EXAMPLE = typer.Option(
    "--example", metavar="DETECTOR", help="An example of a detector that hits, as of now."
)
_MISS = typer.Option("--miss", help="With --example: one that misses.")
_KEEP = typer.Option("--keep-times", help="With --example: its own times.")


def send(
    files: Annotated[list[str] | None, _FILES] = None,
    hub: Annotated[str | None, _HUB] = None,
    example: Annotated[str | None, _EXAMPLE] = None,
    miss: Annotated[bool, _MISS] = False,
    keep_times: Annotated[bool, _KEEP] = False,
    as_json: AsJson = False,
) -> None:
    """Send records into a hub, signed in as yourself; each line, record or envelope is a message."""
    if bool(files) == (example is not None):
        raise TelltaleError("say what to send: files (- is standard input), or --example DETECTOR")
    if example is None and (miss or keep_times):
        raise TelltaleError("--miss and --keep-times belong to --example")
    to = destination(hub, os.environ)
    if example is not None:
        now = None if keep_times else SystemClock().now()
        bodies = of_example(example, "miss" if miss else "hit", now)
    else:
        bodies = read_bodies(files or [])
    bodies = checked(bodies)
    taken = 0
    for taken in sent(to, bodies):
        if taken < len(bodies):
            note(f"{taken} of {len(bodies)} messages")
    size = sum(len(body.body) for body in bodies)
    if as_json:
        write_json({"hub": to.hub, "messages": taken, "bytes": size})
        flush()
    note(f"hub {to.hub} took {taken} messages, {size} bytes")
