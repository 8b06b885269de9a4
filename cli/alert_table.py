"""Alerts as an analyst reads them in a terminal: the list, and one in full. Called by `run` and `replay`.

Reads the rows as Sentinel has them, so what is shown is what was delivered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.terminal import SEVERITY_STYLES, plain
from shared.alerts.alert_columns import COLUMNS
from shared.upkeep.status.display import short

Row = Mapping[str, Any]

_ORDER: Final = {"High": 0, "Medium": 1, "Low": 2, "Informational": 3}
_SAID_ABOVE: Final = frozenset(
    {"AlertName", "EventSeverity", "RuleDescription", "EventMessage", "Runbook", "RemediationSteps"}
)
_SAID_TWICE: Final = frozenset({"AttackRemediationSteps", "AccountName", "DvcId", "EventOriginalType"})


def alert_table(rows: Sequence[Row], title: str = "") -> Table:
    """The alerts in the order in which they happened."""
    table = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        expand=True,
    )
    table.add_column("Time", no_wrap=True, width=8)
    table.add_column("Severity", no_wrap=True, width=8)
    table.add_column("Alert", ratio=1, overflow="fold")
    table.add_column("Who, from where", width=31, overflow="fold")
    table.add_column("ATT&CK", no_wrap=True, width=9)
    days = {_moment(row).date() for row in rows}
    for row in sorted(rows, key=lambda row: (_moment(row), _ORDER.get(row["EventSeverity"], 9))):
        moment = _moment(row)
        severity = str(row["EventSeverity"])
        what = Text("\n").join(
            [
                plain(short(row["AlertName"]), "bold" if severity == "High" else ""),
                plain(_second_line(row), "dim"),
            ]
        )
        table.add_row(
            Text(moment.strftime("%H:%M:%S" if len(days) == 1 else "%y-%m-%d\n%H:%M:%S")),
            plain("Info" if severity == "Informational" else severity, SEVERITY_STYLES.get(severity, "")),
            what,
            _who(row),
            Text("\n").join(plain(technique) for technique in row.get("Techniques") or ()),
        )
    return table


def _second_line(row: Row) -> str:
    parts = [str(row["RuleName"])]
    if row.get("EventCount", 1) > 1:
        parts.append(f"{row['EventCount']:,} records")
    if row.get("ResourceCriticality"):
        parts.append(f"criticality {row['ResourceCriticality']}")
    return ", ".join(parts)


def _who(row: Row) -> Text:
    """The actor and the address; where no actor is known the address first, or what the alert is about without one.

    What was acted upon, such as the application of a sign-in, never stands where one looks for who did it.
    """
    origin = " ".join(str(row[name]) for name in ("SrcIpAddr", "SrcGeoCountry") if row.get(name))
    actor = row.get("Username") or row.get("UserId")
    if actor:
        lines = [actor, origin]
    elif origin:
        lines = [origin, row.get("TargetUsername") or _last_part(row.get("ResourceId"))]
    else:
        about = row.get("TargetUsername") or row.get("TargetName") or _last_part(row.get("ResourceId"))
        lines = [about or row.get("AppName") or row.get("Source")]
    styles = ("", "dim")
    shown = [line for line in lines if line]
    return Text("\n").join(
        plain(short(line), style, most=120) for line, style in zip(shown, styles, strict=False)
    )


def _last_part(resource: object) -> str:
    return str(resource or "").rstrip("/").rpartition("/")[2]


def most_telling(rows: Sequence[Row]) -> Row | None:
    """The alert to show in full: the most severe and most certain that has a runbook, the first of its kind."""
    return min(
        rows,
        key=lambda row: (
            _ORDER.get(row["EventSeverity"], 9),
            not row.get("Runbook"),
            -int(row.get("ThreatConfidence", 0)),
            row["EventStartTime"],
        ),
        default=None,
    )


def whole_alert(row: Row) -> Panel:
    """One alert with every column that Sentinel has of it."""
    parts: list[Any] = [plain(row["AlertName"], "bold")]
    for name in ("RuleDescription", "EventMessage"):
        if row.get(name) and row[name] != row["AlertName"]:
            parts += [Text(), plain(row[name])]
    for heading, name in (("Runbook", "Runbook"), ("Response", "RemediationSteps")):
        if row.get(name):
            parts += [Text(), Text(heading, style="bold"), _steps(row[name])]
    parts.append(Text())
    columns = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    columns.add_column(style="dim", no_wrap=True)
    columns.add_column(overflow="fold")
    for column in COLUMNS:
        value = row.get(column.name)
        if value is None or column.name in _SAID_ABOVE | _SAID_TWICE:
            continue
        columns.add_row(column.name, plain(value if isinstance(value, str) else orjson.dumps(value).decode()))
    parts.append(columns)
    severity = str(row["EventSeverity"])
    title = plain(f"{severity}: {row['RuleName']}", SEVERITY_STYLES.get(severity, ""))
    return Panel(Group(*parts), title=title, title_align="left", box=box.ROUNDED, padding=(1, 2))


def _steps(steps: Sequence[object]) -> Padding:
    lines = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    lines.add_column(justify="right")
    lines.add_column()
    for number, step in enumerate(steps, 1):
        lines.add_row(f"{number}.", plain(step))
    return Padding(lines, (0, 0, 0, 2))


def _moment(row: Row) -> datetime:
    """When it began; for what is over, when it ended."""
    return datetime.fromisoformat(
        str(row["EventEndTime" if row["AlertStatus"] == "Closed" else "EventStartTime"])
    )
