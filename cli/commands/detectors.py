"""`telltale detectors`: every detector, from its own declaration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.declared import AsJson, SettingsFile, declared
from cli.declared import detectors as all_detectors
from cli.terminal import SEVERITY_STYLES, Terminal, flush, note, plain, write_json
from shared.base.durations import format_duration
from shared.collector.tuning import tuned
from shared.detection.detector import Detector
from shared.detection.windows.window import Window


def detectors(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """List every detector: what it looks for, where, and how serious it is."""
    found = tuned(all_detectors(), declared(settings))
    if as_json:
        for detector in found:
            write_json(_values(detector))
        flush()
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 1, 0), pad_edge=False)
    table.add_column("Severity", no_wrap=True, width=13)
    table.add_column("Detector", ratio=5)
    table.add_column("Techniques", max_width=11)
    table.add_column("Sources", max_width=29, overflow="fold")
    table.add_column("Window", max_width=26)
    for detector in found:
        what = plain(detector.title)
        what.append(f"\n{detector.id}", style="dim" if detector.stage == "live" else "magenta")
        if detector.stage != "live":
            what.append(f" ({detector.stage})", style="magenta")
        table.add_row(
            plain(detector.severity.value, SEVERITY_STYLES[detector.severity.value]),
            what,
            _lines(detector.techniques),
            _lines(detector.sources, "cyan"),
            plain(_window_text(detector.window)),
        )
    Terminal().print(table)
    note(f"{len(found)} detectors")


def _values(detector: Detector) -> dict[str, Any]:
    return {
        "id": detector.id,
        "title": detector.title,
        "severity": detector.severity.value,
        "techniques": detector.techniques,
        "sources": detector.sources,
        "window": _window_values(detector.window),
        "stage": detector.stage,
        "confidence": detector.confidence,
        "version": detector.version,
        "description": detector.description,
        "runbook": detector.runbook,
        "response": detector.response,
        "false_positives": detector.false_positives,
        "references": detector.references,
    }


def _lines(texts: Sequence[str], style: str = "") -> Text:
    return Text("\n").join(plain(text, style) for text in texts)


def _window_values(window: Window | None) -> dict[str, Any] | None:
    if window is None:
        return None
    return {
        "kind": window.kind,
        "by": window.by,
        "of": window.of,
        "threshold": window.threshold,
        "period": format_duration(window.period),
    }


def _window_text(window: Window | None) -> str:
    return "" if window is None else window.text
