"""`telltale coverage`: the state of each ATT&CK technique, by its detectors and their sources."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from cli.declared import AsJson, SettingsFile
from cli.opening import AZURE_OPTION, STORE_OPTION, opened
from cli.terminal import Terminal, flush, note, plain, write_json
from shared.coverage.attack import tactics
from shared.coverage.mapping import Cover, Covered, Sight
from shared.coverage.mapping import coverage as covered
from shared.coverage.navigator import layer
from shared.heartbeat.required_fields import required_fields

_STYLES = {
    Cover.COVERED: "green",
    Cover.DEGRADED: "yellow",
    Cover.BLIND: "bold red",
    Cover.NO_TELEMETRY: "dim",
    Cover.NO_DETECTOR: "dim",
}
_NAVIGATOR = typer.Option("--navigator", help="A layer for the ATT&CK Navigator, as JSON on standard output.")


def coverage(
    as_json: AsJson = False,
    navigator: Annotated[bool, _NAVIGATOR] = False,
    settings: SettingsFile = None,
    store: Annotated[Path | None, STORE_OPTION] = None,
    azure: Annotated[bool, AZURE_OPTION] = False,
) -> None:
    """Show which ATT&CK techniques are covered, degraded, blind, or without a detector."""
    with closing(opened(store, settings, azure=azure)) as collector:
        found = covered(collector.detectors, collector.sources(), required_fields(collector.detectors))
        customer = collector.customer
    if navigator:
        sys.stdout.write(json.dumps(layer(found, customer), indent=2) + "\n")
    elif as_json:
        for one in found:
            write_json(_values(one))
        flush()
    else:
        terminal = Terminal()
        terminal.print(_by_tactic(found))
        terminal.print(_impaired(found))
        counts = Counter(one.cover for one in found)
        note(", ".join(f"{counts[cover]} {cover.value}" for cover in Cover) + f", of {len(found)} techniques")


def _values(one: Covered) -> dict[str, object]:
    return {
        "technique": one.technique.id,
        "name": one.technique.name,
        "tactics": one.technique.tactics,
        "state": one.cover.value,
        "detectors": {identity: sight.value for identity, sight in one.detectors.items()},
    }


def _by_tactic(found: Sequence[Covered]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="Techniques by tactic", title_justify="left")
    table.add_column("Tactic", no_wrap=True)
    for cover in Cover:
        table.add_column(cover.value.capitalize(), justify="right")
    for tactic in tactics():
        counts = Counter(one.cover for one in found if tactic in one.technique.tactics)
        if counts:
            table.add_row(tactic, *(plain(str(counts[cover] or "-"), _STYLES[cover]) for cover in Cover))
    return table


def _impaired(found: Sequence[Covered]) -> Table:
    """The techniques that somebody should look for, and does not fully."""
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        title="Blind and degraded",
        title_justify="left",
        show_lines=False,
    )
    for name in ("State", "Technique", "Detectors that see nothing or less"):
        table.add_column(name, overflow="fold")
    for one in sorted(found, key=lambda one: list(Cover).index(one.cover)):
        if one.cover in (Cover.BLIND, Cover.DEGRADED):
            lost = [name for name, sight in one.detectors.items() if sight in (Sight.NOTHING, Sight.LESS)]
            table.add_row(
                plain(one.cover.value, _STYLES[one.cover]),
                plain(str(one.technique)),
                Text("\n").join(plain(name) for name in lost),
            )
    return table
