"""`telltale uninstall`: removes what the deployments made, after saying what that is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

import typer

from cli.azure_cli import AzureCliFailed, az, az_json, shown
from cli.terminal import Terminal, counted, flush, note, plain
from cli.uninstalling.finding import find
from cli.uninstalling.planning import plan
from cli.uninstalling.steps import Plan, Step
from cli.uninstalling.target import Target
from shared.base.errors import TelltaleError

_GONE = ("NotFound", "not found", "does not exist", "could not be found")
"""What Azure says of something that went with what was deleted before."""

_NAME = typer.Option("--name", metavar="NAME", help="The name that it was deployed with.")
_SUBSCRIPTION = typer.Option(
    "--subscription",
    metavar="ID",
    help="That of the collector, and each that it watches: repeat it. Else the one that `az` is set to.",
)
_WORKSPACE = typer.Option(
    "--workspace",
    metavar="RESOURCE_ID",
    help="Its workspace, where no data collection rule names it any more.",
)
_TENANT = typer.Option("--tenant", help="Also Entra's diagnostic setting, and the right to read it.")
_TABLES = typer.Option("--tables", help="Also the tables, with every alert in them.")
_YES = typer.Option("--yes", help="Delete without asking.")
_DRY = typer.Option("--dry-run", help="Print the commands; run none.")


def uninstall(
    name: Annotated[str, _NAME] = "telltale",
    subscription: Annotated[list[str] | None, _SUBSCRIPTION] = None,
    workspace: Annotated[str | None, _WORKSPACE] = None,
    tenant: Annotated[bool, _TENANT] = False,
    tables: Annotated[bool, _TABLES] = False,
    yes: Annotated[bool, _YES] = False,
    dry_run: Annotated[bool, _DRY] = False,
) -> None:
    """Remove a deployment: what it is, then the question, then all of it but the tables with their alerts."""
    if yes and dry_run:
        raise TelltaleError("--dry-run deletes nothing and --yes asks nothing: give one of them")
    Target(name, (), workspace)  # wrong use is told before anybody is asked
    target = Target(name, _subscriptions(subscription or []), workspace, tenant, tables)
    found = find(target, note)
    planned = plan(target, found)
    if found.unread:
        for line in found.unread:
            note(f"not read: {line}")
        note(f"{counted(len(found.unread), 'answer')} missing: what belongs to them is not in the plan")
    if not planned.steps:
        if found.unread:
            raise typer.Exit(1)
        listed = ", ".join(target.subscriptions)
        raise TelltaleError(
            f"nothing of a deployment named {name} is in {listed}: "
            "it is removed, or its --name or --subscription differs"
        )
    if dry_run:
        for step in planned.steps:
            print(shown(step.command))
        flush()
        note("dry run: nothing was deleted")
        return
    _show(planned)
    if not yes:
        _ask(len(planned.steps))
    _delete(planned.steps)
    for line in planned.left:
        note(f"left: {line}")
    if found.unread:
        note(
            "telltale: some answers were missing, see above; say the same again with the rights to read them"
        )
        raise typer.Exit(1)


def _subscriptions(given: list[str]) -> tuple[str, ...]:
    """The ids of subscriptions, which may be given by name; raises AzureCliFailed for one that is not known."""
    answers = [az_json(["account", "show", "--subscription", one]) for one in given] or [
        az_json(["account", "show"])
    ]
    return tuple(dict.fromkeys(str(answer["id"]) for answer in answers))


def _show(planned: Plan) -> None:
    terminal = Terminal()
    for stage, steps in groupby(planned.steps, key=lambda step: step.stage):
        for step in steps:
            terminal.print(plain(f"{stage:26}{step.what}", most=600))
    for line in planned.left:
        terminal.print(plain(f"{'stays':26}{line}", most=600))


def _ask(steps: int) -> None:
    if not sys.stdin.isatty():
        raise TelltaleError("nothing was deleted: --yes is needed where nobody can be asked")
    print(f"Delete these {steps}? Type yes: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() != "yes":
        raise TelltaleError("nothing was deleted")


def _delete(steps: Sequence[Step]) -> None:
    """Runs the steps; where one of a stage fails the others of it are tried, and the next stage is not begun."""
    done = 0
    for stage, group in groupby(steps, key=lambda step: step.stage):
        failed = 0
        for step in group:
            try:
                az(step.command, seconds=None)
            except AzureCliFailed as problem:
                if "SubscriptionNotFound" in str(problem) or not any(
                    words in str(problem) for words in _GONE
                ):
                    failed += 1
                    note(f"telltale: {problem}")
                    continue
            done += 1
        if failed:
            note(
                f"telltale: stopped at {stage}: {failed} of them failed, {len(steps) - done - failed} steps not tried; "
                "repair it and say the same again"
            )
            raise typer.Exit(1)
    note(f"{counted(done, 'step')} done")
