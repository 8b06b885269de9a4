"""The collector that a command looks into: on the store of the last run, on another file, or a deployed one.

A deployed one is described by the settings of its function app, which are taken from the environment; whoever runs the
command signs in as `az login` did. `health`, `coverage` and `redrive` share it.
"""

from __future__ import annotations

from pathlib import Path

import typer

from cli.declared import declared, detectors
from cli.state import declarations_beside, remembered_time, store_path
from shared.base.clock import SystemClock, VirtualClock
from shared.base.errors import TelltaleError
from shared.collector.collector import Collector
from shared.events.registry import registry
from shared.storage import SqliteStore

STORE_OPTION = typer.Option(
    "--store", metavar="PATH", help="The store (SQLite) to look into; else that of the last run."
)
AZURE_OPTION = typer.Option(
    "--azure", help="Look into the collector that the environment's TELLTALE_ settings describe."
)


def opened(store: Path | None, settings: Path | None, *, azure: bool = False) -> Collector:
    """A collector on a store, at the time up to which it was played, or now; opening it writes nothing.

    settings: declarations in place of those that belong to the store. Raises TelltaleError where there is no such
    store, or where both it and `azure` are given.
    """
    if azure and store is not None:
        raise TelltaleError("--azure and --store name two stores; use only one of them")
    if azure:
        return _deployed(settings)
    path = store_path(store)
    declarations = declared(settings or declarations_beside(path))
    rows = SqliteStore(path)
    return Collector(
        store=rows,
        clock=VirtualClock(remembered_time(rows) or SystemClock().now()),
        detectors=detectors(),
        registry=registry(),
        declarations=declarations,
    )


def _deployed(declarations: Path | None) -> Collector:
    from functions.composition import build
    from shared.customer.settings import SettingsError, read_settings

    try:
        settings = read_settings()
    except SettingsError as problems:
        lines = "; ".join(str(problems).splitlines())
        raise TelltaleError(
            f"--azure reads the function app's settings from the environment: {lines}"
        ) from None
    if declarations is not None:
        settings = settings.model_copy(update={"declarations": declarations.resolve()})
    return build(settings)
