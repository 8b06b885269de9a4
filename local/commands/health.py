"""`telltale health`: every source and its state, what was wrong before, and what other settings would have told.

It looks into the store of the last run, into another, or with --azure into that of a deployed collector; it only reads.
"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from local.customer import AsJson, SettingsFile, detectors
from local.opening import AZURE_OPTION, STORE_OPTION, opened
from local.simulating import simulated, simulation_table
from local.source_table import episode_table, every_source, trouble_table
from local.state import remembered_time
from local.terminal import Terminal, flush, note, write_json
from shared.collector import Collector
from shared.events.registry import registry
from shared.status.report import episode_values, source_values

_HISTORY = typer.Option("--history", help="What was wrong, from when to when, instead of what is.")
_SIMULATE = typer.Option(
    "--simulate",
    metavar="FILE",
    help="Judge the recorded history anew under the declarations in FILE: what they would have told.",
)


def health(
    as_json: AsJson = False,
    history: Annotated[bool, _HISTORY] = False,
    simulate: Annotated[Path | None, _SIMULATE] = None,
    settings: SettingsFile = None,
    store: Annotated[Path | None, STORE_OPTION] = None,
    azure: Annotated[bool, AZURE_OPTION] = False,
) -> None:
    """Show every telemetry source and its state, or what was wrong before."""
    if simulate is not None:
        _simulate(simulate, store, azure=azure, as_json=as_json)
        return
    with closing(opened(store, settings, azure=azure)) as collector:
        now = collector.clock.now()
        played = remembered_time(collector.store) is not None
        if history:
            _history(collector, now, as_json=as_json)
            return
        sources = collector.status().sources
    if as_json:
        for state in sources:
            write_json(source_values(state))
        flush()
        return
    if not sources:
        note("no source has been seen yet, and none is declared as expected")
        return
    Terminal().print(every_source(sources, now))
    if any(state.findings for state in sources):
        Terminal().print(trouble_table(sources))
    trouble = sum(1 for state in sources if state.state != "healthy")
    when = ", the end of what was played into it" if played else ""
    note(f"{len(sources)} sources, {trouble} in trouble; as of {now:%Y-%m-%d %H:%M:%S} UTC{when}")


def _history(collector: Collector, now: datetime, *, as_json: bool) -> None:
    episodes = collector.telemetry.episodes.all()
    if as_json:
        for episode in episodes:
            write_json(episode_values(episode))
        flush()
        return
    if episodes:
        Terminal().print(episode_table(episodes, now))
    lasting = sum(1 for episode in episodes if episode.ended is None)
    note(
        f"{len(episodes)} times something was wrong, {lasting} of them last; as of {now:%Y-%m-%d %H:%M:%S} UTC"
    )


def _simulate(file: Path, store: Path | None, *, azure: bool, as_json: bool) -> None:
    with closing(opened(store, file, azure=azure)) as collector:
        outcome = simulated(collector.store, collector.declarations, detectors(), registry())
    if as_json:
        for told in outcome.told:
            write_json(told.values())
        flush()
        return
    if outcome.told:
        Terminal().print(simulation_table(outcome))
    note(outcome.summary())
