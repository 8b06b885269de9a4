"""`telltale fleet`: many customers from one file, planned and rolled out ring by ring."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from cli.azure_cli import shown
from cli.declared import AsJson
from cli.fleet.file import Customer, FleetFile, load_fleet
from cli.fleet.rollout import check_order, rollout
from cli.fleet.state import FleetState, beside
from cli.fleet.steps import Release, commands
from cli.terminal import Terminal, flush, note, plain, write_json
from shared.base.clock import SystemClock
from shared.base.errors import TelltaleError

app = typer.Typer(name="fleet", help="Many customers: plan and roll out ring by ring.", no_args_is_help=True)

_FILE = typer.Argument(metavar="FILE", help="The fleet: a .toml or .json file.")
_RING = typer.Option("--ring", metavar="N", help="The ring that is rolled out, or only planned.")
_PACKAGE = typer.Option("--package", metavar="ZIP", help="A package that is published as well.")
_STATE = typer.Option("--state", metavar="FILE", help="What was done; else FLEET.state.json beside the file.")
_DRY = typer.Option("--dry-run", help="Print the commands; run none.")
_ORDER = typer.Option("--out-of-order", help="Although rings before it are not done.")


@app.command()
def plan(
    file: Annotated[Path, _FILE],
    ring: Annotated[int | None, _RING] = None,
    package: Annotated[Path | None, _PACKAGE] = None,
    state: Annotated[Path | None, _STATE] = None,
    as_json: AsJson = False,
) -> None:
    """Check the file, and show what would be deployed where."""
    fleet = load_fleet(file)
    release = _release(package)
    known = FleetState(state or beside(file))
    chosen = _chosen(fleet, ring)
    if as_json:
        for customer in chosen:
            write_json(_values(customer, release, known))
        flush()
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Ring", "Customer", "Profile", "Region", "Subscription", "State", "Parameters"):
        table.add_column(name, overflow="fold")
    for customer in chosen:
        own = ", ".join(f"{name}={value}" for name, value in sorted(customer.parameters.items()))
        table.add_row(
            str(customer.ring),
            plain(customer.name),
            customer.profile.upper() + (" (Lighthouse)" if customer.access == "lighthouse" else ""),
            plain(customer.location),
            customer.subscription,
            _state(customer, release, known),
            plain(own),
        )
    Terminal().print(table)
    note(f"{len(chosen)} customers in {len({one.ring for one in chosen})} rings; nothing was changed")


@app.command(name="rollout")
def roll_out(
    file: Annotated[Path, _FILE],
    ring: Annotated[int, _RING],
    package: Annotated[Path | None, _PACKAGE] = None,
    state: Annotated[Path | None, _STATE] = None,
    dry_run: Annotated[bool, _DRY] = False,
    out_of_order: Annotated[bool, _ORDER] = False,
    as_json: AsJson = False,
) -> None:
    """Deploy to each customer of a ring, after a what-if; stop at the first failure."""
    fleet = load_fleet(file)
    release = _release(package)
    known = FleetState(state or beside(file))
    chosen = _chosen(fleet, ring)
    if dry_run:
        _print_commands(chosen, release, known, as_json=as_json)
        return
    if not out_of_order:
        check_order(fleet, ring, known, release)
    with known.alone():
        left = len(chosen)
        for progress in rollout(chosen, release, known, SystemClock(), note):
            left -= 1
            if as_json:
                values = {"customer": progress.customer.name, "ring": ring, "state": progress.what}
                write_json({**values, "changes": progress.changes, "detail": progress.said or None})
                flush()
            else:
                changed = f", {progress.changes} resources changed" if progress.changes is not None else ""
                said = f": {progress.said}" if progress.said else ""
                Terminal().print(plain(f"{progress.customer.name}: {progress.what}{changed}{said}", most=800))
            if progress.what == "failed":
                stopped = f"ring {ring} stopped at {progress.customer.name}, {left} customers not tried"
                note(f"telltale: {stopped}: {progress.said}")
                note("repair it and say the same again; those that are done are left out")
                raise typer.Exit(1)
    note(f"ring {ring} is done")


def _print_commands(chosen: list[Customer], release: Release, state: FleetState, *, as_json: bool) -> None:
    """The commands of those that are not done yet; a line of JSON, or of a shell, for each."""
    for customer in chosen:
        if not release.deploys(customer) or state.is_done(customer.name, release.fingerprint(customer)):
            note(f"{customer.name}: nothing to do")
            continue
        for command in commands(customer, release):
            if as_json:
                write_json({"customer": customer.name, "command": ["az", *command]})
            else:
                print(shown(command))
    flush()
    note("dry run: nothing was run")


def _chosen(fleet: FleetFile, ring: int | None) -> list[Customer]:
    if ring is None:
        return sorted(fleet.customers, key=lambda customer: customer.ring)
    if ring not in fleet.rings:
        listed = ", ".join(map(str, fleet.rings))
        raise TelltaleError(f"--ring {ring}: {fleet.path} has no customer in it; there are {listed}")
    return fleet.ring(ring)


def _release(package: Path | None) -> Release:
    if package is not None and not package.is_file():
        raise TelltaleError(f"--package {package}: there is no such file; `make package` makes one")
    return Release(package)


def _state(customer: Customer, release: Release, state: FleetState) -> str:
    """done, changed (something else was rolled out), begun, failed, or new."""
    entry = state.of(customer.name)
    if entry is None:
        return "new"
    if entry.stage == "done" and entry.fingerprint != release.fingerprint(customer):
        return "changed"
    return entry.stage


def _values(customer: Customer, release: Release, state: FleetState) -> dict[str, object]:
    return {
        "customer": customer.name,
        "ring": customer.ring,
        "profile": customer.profile,
        "subscription": customer.subscription,
        "tenant": customer.tenant,
        "location": customer.location,
        "access": customer.access,
        "parameters": customer.parameters,
        "state": _state(customer, release, state),
        "commands": [["az", *command] for command in commands(customer, release)],
    }
