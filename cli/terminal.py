"""What the command line writes: JSON lines and tables to standard output, notes to standard error.

A reader that goes away (`telltale decode ... | head`) ends the command quietly.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import orjson
from rich.console import Console
from rich.text import Text

from shared.alerts.text import neutralised

WIDTH: Final = 120
"""Columns that every table fits; a narrower terminal wraps them."""

SEVERITY_STYLES: Final = {"High": "bold red", "Medium": "yellow", "Low": "cyan", "Informational": "dim"}


class Terminal(Console):
    """A console of at most WIDTH columns that leaves quietly when nobody reads it any more."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, soft_wrap=False)
        self.width = min(self.width, WIDTH) if self.is_terminal else WIDTH

    def on_broken_pipe(self) -> None:
        """Nobody reads the output any more."""
        stop_quietly()


def stop_quietly() -> NoReturn:
    """Ends the command because nobody reads its output; what is still buffered goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    raise SystemExit(0)  # an error that nobody between here and the command line takes for its own


def write_json(value: Mapping[str, Any]) -> None:
    """One JSON line on standard output."""
    try:
        line = orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # half a surrogate pair: no UTF-8 can hold it, an escape can
        line = json.dumps(value, default=str).encode()
    try:
        sys.stdout.buffer.write(line + b"\n")
    except BrokenPipeError:
        stop_quietly()


def flush() -> None:
    """Hands over what has been written so far."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        stop_quietly()


def note(text: str) -> None:
    """A line for people, on standard error."""
    print(neutralised(text), file=sys.stderr)


def counted(number: int, thing: str) -> str:
    """A number and what it counts: 1 record, 2 bodies."""
    if number == 1:
        return f"1 {thing}"
    return f"{number:,} {thing[:-1]}ies" if thing.endswith("y") else f"{number:,} {thing}s"


def plain(value: object, style: str = "", most: int = 400) -> Text:
    """Text from telemetry for a table: nothing in it is markup, moves the cursor or is invisible."""
    text = "" if value is None else neutralised(str(value)[:most])
    return Text(text, style=style)
