"""`telltale check`: after a deployment, what is right, what is wrong, and the command that repairs it.

It looks at the function app in Azure (`--app`), or at what the environment says: a local host beside the stand-ins.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import Annotated

import typer
from rich.text import Text

from cli.checking.deployment import App
from cli.checking.journey import Patience
from cli.checking.outcome import Line
from cli.checking.steps import Asked, checked
from cli.declared import AsJson, SettingsFile
from cli.terminal import Terminal, flush, note, plain, write_json
from shared.base.clock import SystemClock
from shared.base.durations import parse_duration
from shared.base.errors import TelltaleError

_APP = typer.Option(
    "--app", metavar="NAME", help="The function app in Azure; else the environment's settings."
)
_GROUP = typer.Option("--resource-group", "-g", metavar="NAME", help="Of --app.")
_WORKSPACE = typer.Option(
    "--workspace", metavar="GUID", help="Where rows must arrive; else that of the settings, or of --app."
)
_WAIT = typer.Option("--wait", metavar="DURATION", help="How long the canary, and then the row, may take.")
_QUERY = typer.Option(
    "--query-endpoint",
    metavar="URL",
    help="The workspace's query API; else that of the cloud of the settings.",
)
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_STYLES = {"ok": "green", "wrong": "bold red", "not checked": "yellow"}


def check(
    app: Annotated[str | None, _APP] = None,
    resource_group: Annotated[str, _GROUP] = "rg-telltale",
    workspace: Annotated[str | None, _WORKSPACE] = None,
    wait: Annotated[str, _WAIT] = "5m",
    settings: SettingsFile = None,
    query_endpoint: Annotated[str | None, _QUERY] = None,
    as_json: AsJson = False,
) -> None:
    """Check a deployment: settings, identity, roles, hubs, clock, a canary, and a row in the workspace."""
    if workspace is not None and not _GUID.fullmatch(workspace):
        raise TelltaleError(
            "--workspace must be the workspace's GUID: "
            "az monitor log-analytics workspace list --query '[].[name,customerId]'"
        )
    deployed = App(app, resource_group) if app else None
    values = deployed.values() if deployed is not None else dict(os.environ)
    asked = Asked(values, deployed, workspace, settings, Patience(_duration(wait)), query_endpoint)
    counts = {"ok": 0, "wrong": 0, "not checked": 0}
    terminal = Terminal()
    for line in checked(asked, SystemClock()):
        counts[line.state] += 1
        if as_json:
            write_json(line.values())
            flush()
        else:
            _show(terminal, line)
    note(", ".join(f"{count} {state}" for state, count in counts.items()))
    if counts["wrong"]:
        raise typer.Exit(1)


def _show(terminal: Terminal, line: Line) -> None:
    text = Text.assemble(plain(f"{line.state:12}", _STYLES[line.state]), plain(f"{line.check:10}"))
    text.append_text(plain(line.detail, most=600))
    if line.repair:
        text.append("\n" + " " * 12 + "repair    ", "dim")
        text.append_text(plain(line.repair, most=800))
    terminal.print(text, soft_wrap=True)


def _duration(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise TelltaleError(f"--wait: {error}") from None
