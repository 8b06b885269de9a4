"""The end of `telltale run`: what an analyst would read, whether everything arrived once, where to look next."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from cli.alert_table import alert_table, most_telling, whole_alert
from cli.source_table import kinds_of_sources
from cli.terminal import SEVERITY_STYLES, plain
from lab.demo.scenario import START, Outcome
from shared.alerts.alert_columns import TABLE


def summary(outcome: Outcome, store: Path, page: str | None) -> Group:
    """Everything, top to bottom. `page`: the address of the status page where it is served."""
    report = outcome.report
    parts: list[RenderableType] = [
        Rule(style="dim"),
        alert_table(outcome.rows, f"{_counts(outcome)}; {START:%A %d %B %Y}, times in UTC, from {TABLE}"),
    ]
    telling = most_telling(outcome.rows)
    if telling is not None:
        parts += [Text("One of them in full, as Sentinel has it", style="bold"), whole_alert(telling), Text()]
    parts.append(kinds_of_sources(report.sources, report.time, outcome.rows))
    if report.dead_letters:
        parts.append(_dead_letters(outcome))
    if outcome.failures:
        parts.append(_failures(outcome))
    parts += [_verdict(outcome), Text(), *_next_steps(store, page)]
    return Group(*parts)


def _counts(outcome: Outcome) -> str:
    """How many alerts there are, and how severe."""
    severities = Counter(str(row["EventSeverity"]) for row in outcome.rows)
    parts = [f"{severities[name]} {name}" for name in SEVERITY_STYLES if severities[name]]
    return f"{len(outcome.rows)} alerts: {', '.join(parts)}"


def _dead_letters(outcome: Outcome) -> Table:
    table = Table(
        title="Dead letters: kept, because they could not be read",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1),
    )
    table.add_column("Kept", justify="right")
    table.add_column("Reason", overflow="fold")
    for reason, count in outcome.report.dead_letters.items():
        table.add_row(str(count), plain(reason))
    return table


def _failures(outcome: Outcome) -> Text:
    text = Text("Invocations that failed\n", style="bold red")
    for failure in outcome.failures[:5]:
        text.append_text(plain(f"  {failure.time:%H:%M:%S}  {failure.function}: {failure.error}\n"))
    return text


def _verdict(outcome: Outcome) -> Text:
    """Whether every alert was delivered once, and how fast it went."""
    rows, report = len(outcome.rows), outcome.report
    once = f"{rows} rows accepted, {outcome.distinct} different EventUid"
    waiting = f", {report.pending} waiting, {report.dead} refused" if report.pending or report.dead else ""
    verdict = Text()
    if outcome.is_exact:
        verdict.append("Exactly once: ", style="bold green").append(once)
    else:
        verdict.append("Not exactly once: ", style="bold red").append(once + waiting)
    rate = outcome.records / max(outcome.seconds, 0.001)
    verdict.append(
        f"\n{outcome.records:,} records in {outcome.messages:,} bodies ({outcome.bytes / 1e6:.0f} MB), "
        f"{outcome.report.detectors} detectors, {outcome.seconds:.1f} s ({rate:,.0f} records a second)"
    )
    return verdict


def _next_steps(store: Path, page: str | None) -> list[RenderableType]:
    steps = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    steps.add_column(no_wrap=True, style="cyan")
    steps.add_column()
    if page:
        steps.add_row(page, "the status page, as in Azure; Ctrl-C ends it")
    else:
        steps.add_row("telltale run", "the same, and then serves the status page")
    steps.add_row("telltale health", "every source and its state at the end of the hour")
    steps.add_row("telltale health --history", "what was wrong with which source, from when to when")
    steps.add_row("telltale coverage", "which ATT&CK techniques somebody can see")
    steps.add_row("telltale detectors", "what is looked for, and where")
    steps.add_row("telltale replay FILE", "your own records through the same detectors")
    steps.add_row("docs/", "how it works, how to deploy it, how to write a detector")
    steps.add_row(str(store), "the state of this run (SQLite)")
    return [Text("Where to look next", style="bold"), steps]
