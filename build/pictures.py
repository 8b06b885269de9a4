"""The pictures of the documentation: `python -m build.pictures`, part of `make docs`.

One is taken from a run of the scenario and shows what the collector delivered: the first High alert from each kind of
telemetry, and what was said about silent telemetry. The other is an office of the drift report. Only what changed is
written. Nothing in a picture is loaded from elsewhere.
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
OFFICE: Final = DOCS / "images" / "drift-office.png"
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


def svg(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The table of alerts as an SVG; the same rows give the same bytes."""
    console = Console(width=_WIDTH, record=True, file=io.StringIO(), highlight=False, force_terminal=True)
    table = alert_table(rows)
    table.leading = 1
    console.print(table)
    text = console.export_svg(title="telltale run --once", code_format=_FRAME, unique_id="alerts")
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines()).encode()


def main() -> None:
    """Plays the scenario and an office, and writes the pictures that changed; of a run that failed, none."""
    from lab.drift.pictures import draw

    with tempfile.TemporaryDirectory() as directory, Scenario(Path(directory)) as scenario:
        outcome = scenario.play()
    if not outcome.is_exact:
        sys.exit("the run did not hold what it must: `telltale run --once` says more")
    renew(ALERTS, svg(chosen(outcome.rows)))
    with tempfile.TemporaryDirectory() as directory:
        (office,) = draw(0, Path(directory), {"office"})
        renew(OFFICE, office.read_bytes())


def renew(path: Path, picture: bytes) -> bool:
    """Writes a picture unless the file shows the same already; returns whether it was written.

    A PNG is compared by its pixels: what it says of its making, and how it is compressed, does not show.
    """
    if path.exists() and (path.read_bytes() == picture or _shows(path.read_bytes()) == _shows(picture)):
        return False
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(picture)
    print(f"docs/images/{path.name} was drawn", file=sys.stderr)
    return True


def _shows(picture: bytes) -> object:
    """What is to be compared: the pixels of a PNG and its size, else the bytes."""
    if not picture.startswith(b"\x89PNG"):
        return picture
    from matplotlib.image import imread

    pixels = imread(io.BytesIO(picture), format="png")
    return pixels.shape, pixels.tobytes()


if __name__ == "__main__":
    main()
