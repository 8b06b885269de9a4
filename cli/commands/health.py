"""`telltale health`: sources, hub partitions, log settings, past episodes, and what other settings would raise.

It reads the store of the last run, another store, or with --azure that of a deployed collector. It writes nothing.
"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.declared import AsJson, SettingsFile, detectors
from cli.opening import AZURE_OPTION, STORE_OPTION, opened
from cli.simulating import simulated, simulation_table
from cli.source_table import episode_table, every_source, trouble_table
from cli.state import remembered_time
from cli.status_tables import note_table, partition_table, settings_table
from cli.terminal import Terminal, flush, note, write_json
from shared.collector.collector import Collector
from shared.events.registry import registry
from shared.upkeep.status.report import StatusReport
from shared.upkeep.status.values import difference_values, episode_values, partition_values, source_values

_HISTORY = typer.Option("--history", help="What was wrong, from when to when, instead of what is.")
_EVERYTHING = typer.Option(
    "--all", help="With --json: lines of hub partitions and log settings after those of the sources."
)
_SIMULATE = typer.Option(
    "--simulate",
    metavar="FILE",
    help="Judge the recorded history under the declarations in FILE: which alerts there would have been.",
)


def health(
    as_json: AsJson = False,
    history: Annotated[bool, _HISTORY] = False,
    simulate: Annotated[Path | None, _SIMULATE] = None,
    settings: SettingsFile = None,
    store: Annotated[Path | None, STORE_OPTION] = None,
    azure: Annotated[bool, AZURE_OPTION] = False,
    everything: Annotated[bool, _EVERYTHING] = False,
) -> None:
    """Show every telemetry source and its state, or past episodes."""
    if simulate is not None:
        _simulate(simulate, store, azure=azure, as_json=as_json)
        return
    with closing(opened(store, settings, azure=azure)) as collector:
        now = collector.clock.now()
        played = remembered_time(collector.store) is not None
        if history:
            _history(collector, now, as_json=as_json)
            return
        report = collector.status()
    if as_json:
        _write(report, everything=everything)
        return
    _show(report)
    sources = report.sources
    if sources:
        when = ", the end of what was played into it" if played else ""
        trouble = len(report.in_trouble)
        note(f"{len(sources)} sources, {trouble} in trouble; as of {now:%Y-%m-%d %H:%M:%S} UTC{when}")
    else:
        note("no source has been seen yet, and none is declared as expected")


def _write(report: StatusReport, *, everything: bool) -> None:
    """A line for each source; with `everything` also for each hub partition and each difference of log settings."""
    for state in report.sources:
        write_json({"what": "source", **source_values(state, report.note(state))})
    for partition in report.partitions if everything else ():
        write_json({"what": "partition", **partition_values(partition, report.time)})
    for difference in (report.differences or ()) if everything else ():
        write_json({"what": "log settings", **difference_values(difference)})
    flush()


def _show(report: StatusReport) -> None:
    terminal = Terminal()
    if report.sources:
        terminal.print(every_source(report.sources, report.time))
    if any(state.findings for state in report.sources):
        terminal.print(trouble_table(report.sources))
    if (notes := note_table(report.sources, report.notes, report.time)) is not None:
        terminal.print(notes)
    if report.partitions:
        terminal.print(partition_table(report.partitions, report.time))
    if report.differences:
        terminal.print(settings_table(report.differences))


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
        for verdict in outcome.verdicts:
            write_json(verdict.values())
        flush()
        return
    if outcome.verdicts:
        Terminal().print(simulation_table(outcome))
    note(outcome.summary())
