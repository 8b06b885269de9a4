"""Hub partitions, log settings and what troubled sources blind, as tables for a terminal. Called by `health`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from cli.source_table import plain_table
from cli.terminal import plain
from shared.coverage.blinding import Blinded
from shared.heartbeat.entity import Entity
from shared.heartbeat.state import SourceState
from shared.upkeep.canary.canary_watch import PROCESSED, PartitionState
from shared.upkeep.log_settings.log_settings_watch import KnownDifference
from shared.upkeep.status.display import blinds, clock_time, short, span
from shared.upkeep.status.notes import Quiet, SourceNote

_NAMED = 6
"""Detectors and techniques that are named of each source; --json has all."""


def note_table(
    sources: Sequence[SourceState], notes: Mapping[Entity, SourceNote], now: datetime
) -> Table | None:
    """Why alerts about a source are muted, and what it blinds; None where there is nothing to say."""
    table = plain_table("What is known about them, and what they blind")
    table.add_column("Source", overflow="fold", max_width=30)
    table.add_column("Muted", overflow="fold", max_width=28)
    table.add_column("Blind", overflow="fold")
    for source in sources:
        note = notes.get(source.entity)
        if note is not None:
            lost = note.blinded
            table.add_row(
                plain(source.entity.name, "cyan"),
                Text("\n").join(plain(_quiet(one, now)) for one in note.quiet),
                Text("\n").join(plain(line) for line in _blind(lost)),
            )
    return table if table.row_count else None


def partition_table(partitions: Sequence[PartitionState], now: datetime) -> Table:
    """A line for each hub partition, as its last canary showed it."""
    table = plain_table("Hub partitions")
    table.add_column("State", overflow="fold")
    for name in ("Hub", "Partition", "Last canary"):
        table.add_column(name, overflow="fold")
    for name in ("On its way for", "Waiting", "Behind"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in partitions:
        state = one.state(now)
        shown = f"{state}: {one.trouble}" if one.trouble else state
        table.add_row(
            plain(shown, "green" if state == PROCESSED else "bold red"),
            plain(one.hub, "cyan"),
            plain(one.partition),
            Text(clock_time(one.sent, now)),
            f"{one.took.total_seconds():.1f} s" if one.took is not None else "-",
            f"{one.unprocessed:,}" if one.unprocessed is not None else "-",
            span(one.behind),
        )
    return table


def settings_table(differences: Sequence[KnownDifference]) -> Table:
    """A line for each thing about log settings that is not as declared."""
    table = plain_table("Log settings that are not as declared")
    for name in ("Since", "Difference", "Category", "Of", "Detail"):
        table.add_column(name, overflow="fold")
    for one in differences:
        table.add_row(
            Text(f"{one.since:%Y-%m-%d %H:%M}"),
            plain(one.what, "bold red"),
            plain(one.difference.category or "-"),
            plain(short(one.difference.subject), "cyan"),
            plain(one.difference.detail),
        )
    return table


def _quiet(one: Quiet, now: datetime) -> str:
    by = f"{' by ' if one.reason == 'acknowledged' else ': '}{one.by}" if one.by else ""
    until = f" until {clock_time(one.until, now)}" if one.until is not None else ""
    return f"{one.reason}{by}{until}"


def _blind(lost: Blinded) -> list[str]:
    techniques, detectors = (
        lost.techniques + lost.degraded_techniques,
        lost.detectors + lost.degraded_detectors,
    )
    lines = [blinds(lost) or "nothing"]
    if techniques:
        lines.append(", ".join(techniques[:_NAMED]) + _more(techniques))
    return [*lines, *detectors[:_NAMED], *([_more(detectors).strip()] if len(detectors) > _NAMED else [])]


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
