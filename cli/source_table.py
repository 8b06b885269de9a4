"""Telemetry sources as tables for a terminal: each one, or a line for each kind. Called by `run` and `health`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from cli.terminal import plain
from shared.heartbeat.source_episodes import SourceEpisode
from shared.heartbeat.state import HEALTHY, SourceState, moment
from shared.upkeep.status.display import clock_time, short, span

_STYLES = {HEALTHY: "green"}


def every_source(states: Sequence[SourceState], now: datetime) -> Table:
    """A line for each source, in the order given."""
    table = plain_table()
    table.add_column("State", no_wrap=True)
    table.add_column("Source", overflow="fold", max_width=28)
    table.add_column("Category", overflow="fold", max_width=30)
    table.add_column("Tenant or account", overflow="fold", max_width=20)
    _add_measures(table)
    for state in states:
        table.add_row(
            plain(state.state, _STYLES.get(state.state, "bold red")),
            plain(state.entity.source, "cyan"),
            plain(state.entity.category),
            plain(short(state.entity.tenant)),
            *_measures([state], now),
        )
    return table


def kinds_of_sources(
    states: Iterable[SourceState], now: datetime, rows: Iterable[Mapping[str, Any]]
) -> Table:
    """A line for each kind of telemetry, over all its tenants; `rows` are alerts, which tell of past silence."""
    kinds: dict[tuple[str, str], list[SourceState]] = {}
    for state in states:
        kinds.setdefault((state.entity.source, state.entity.category), []).append(state)
    past = _silences(rows)
    table = plain_table("Telemetry sources at the end of the hour")
    table.add_column("State", no_wrap=True)
    table.add_column("Source", overflow="fold", max_width=30)
    table.add_column("Category", overflow="fold", max_width=28)
    table.add_column("Tenants", justify="right")
    _add_measures(table)
    for (source, category), found in sorted(kinds.items()):
        troubled = [state for state in found if state.state != HEALTHY]
        shown = (
            plain(HEALTHY, "green")
            if not troubled
            else plain(f"{len(troubled)} {troubled[0].state}", "bold red")
        )
        if source in past and not troubled:
            shown.append(f"\n{past[source]}", style="yellow")
        tenants = len({state.entity.tenant for state in found if state.entity.tenant})
        table.add_row(
            shown,
            plain(source, "cyan"),
            plain(category),
            str(tenants) if tenants else "-",
            *_measures(found, now),
        )
    return table


def trouble_table(states: Sequence[SourceState]) -> Table:
    """What is wrong with each source that is not healthy, and since when."""
    table = plain_table("What is wrong")
    for name in ("Since", "Finding", "Source", "Why"):
        table.add_column(name, overflow="fold")
    for state in states:
        for finding in state.findings:
            table.add_row(
                Text(f"{moment(finding.since):%Y-%m-%d %H:%M}"),
                plain(finding.kind.value.replace("_", " "), "bold red"),
                plain(state.entity.name, "cyan"),
                plain(finding.why),
            )
    return table


def episode_table(episodes: Sequence[SourceEpisode], now: datetime) -> Table:
    """A line for each time something was wrong, the newest last."""
    table = plain_table("What was wrong")
    for name in ("From", "To", "Finding", "Source", "Why"):
        table.add_column(name, overflow="fold")
    for episode in episodes:
        ended = moment(episode.ended) if episode.ended is not None else None
        table.add_row(
            Text(f"{moment(episode.begun):%Y-%m-%d %H:%M}"),
            Text(clock_time(ended, now)) if ended is not None else Text("lasts", style="bold red"),
            plain(episode.kind.value.replace("_", " ") + (f" ({episode.mute})" if episode.mute else "")),
            plain(episode.entity.name, "cyan"),
            plain(episode.why),
        )
    return table


def _silences(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """For each source that fell silent and came back, from when to when."""
    found: dict[str, str] = {}
    for row in rows:
        if row.get("RuleName") == "telltale.source_recovered" and row.get("Source"):
            begun, ended = (str(row[name])[11:16] for name in ("EventStartTime", "EventEndTime"))
            found[str(row["Source"])] = f"silent {begun}-{ended}"
    return found


def plain_table(title: str = "") -> Table:
    """A table without lines, as all of them are."""
    return Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )


def _add_measures(table: Table) -> None:
    table.add_column("Records", justify="right", no_wrap=True)
    table.add_column("Last seen", no_wrap=True)
    table.add_column("Lag", justify="right", no_wrap=True)


def _measures(states: Sequence[SourceState], now: datetime) -> tuple[str, Text, str]:
    last = max((state.last_seen for state in states if state.last_seen is not None), default=None)
    lag = max(state.lag_seconds for state in states)
    seen = Text(clock_time(last, now))
    return (
        f"{sum(state.count_24h for state in states):,}",
        seen,
        span(timedelta(seconds=lag)) if last else "-",
    )
