"""The pictures of the documentation, taken from a run of the scenario: `python -m build.pictures`.

What is shown is what the collector delivered: the first High alert from each kind of telemetry, and what was said about
silent telemetry. Nothing in a picture is loaded from elsewhere.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from build.documents import DOCS
from cli.alert_table import alert_table
from lab.demo.scenario import Scenario

ALERTS: Final = DOCS / "images" / "alerts.svg"
_WIDTH: Final = 108

_FRAME: Final = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>Alerts of telltale run --once</title>
<style>
.{unique_id}-matrix {{ font-family: Consolas, Menlo, "DejaVu Sans Mono", monospace; font-size: {char_height}px;
  line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: Arial, Helvetica, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def chosen(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first High alert from each source, and every alert about telemetry, in the order in which they happened."""
    found: list[Mapping[str, Any]] = []
    seen: set[str] = set()
    for row in sorted(rows, key=lambda row: str(row["EventStartTime"])):
        if str(row["RuleName"]).startswith("telltale."):
            found.append(row)
        elif row["EventSeverity"] == "High" and row["Source"] not in seen:
            seen.add(row["Source"])
            found.append(row)
    return found


def drawn(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table of alerts as an SVG."""
    console = Console(width=_WIDTH, record=True, file=io.StringIO(), highlight=False, force_terminal=True)
    table = alert_table(rows)
    table.leading = 1
    console.print(table)
    return console.export_svg(title="telltale run --once", code_format=_FRAME, unique_id="alerts")


def main() -> None:
    """Plays the scenario and writes the picture; of a run that failed, none."""
    with tempfile.TemporaryDirectory() as directory, Scenario(Path(directory)) as scenario:
        outcome = scenario.play()
    if not outcome.is_exact:
        sys.exit("the run did not hold what it must: `telltale run --once` says more")
    picture = "\n".join(line.rstrip() for line in drawn(chosen(outcome.rows)).splitlines()) + "\n"
    ALERTS.parent.mkdir(exist_ok=True)
    ALERTS.write_text(picture, encoding="utf-8")
    print(f"docs/images/{ALERTS.name} was drawn", file=sys.stderr)


if __name__ == "__main__":
    main()
