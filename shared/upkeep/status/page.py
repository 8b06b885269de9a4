"""The report as HTML. The template engine is loaded with the first page, because it costs time and memory."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shared.alerts.text import neutralised
from shared.heartbeat.state import HEALTHY
from shared.upkeep.status.display import ago, blinds, clock_time, short, span
from shared.upkeep.status.report import StatusReport

if TYPE_CHECKING:
    from jinja2 import Template

MOST_SOURCES: Final = 300
"""Rows of sources on the page, those in trouble first, and of log settings; the JSON has all of them."""


def render(report: StatusReport) -> str:
    """A page that needs nothing from elsewhere. Every text in it is escaped and free of invisible characters."""
    return _template().render(
        report=report,
        sources=report.sources[:MOST_SOURCES],
        differences=(report.differences or ())[:MOST_SOURCES],
        differences_left_out=max(0, len(report.differences or ()) - MOST_SOURCES),
        left_out=max(0, len(report.sources) - MOST_SOURCES),
        healthy=sum(1 for source in report.sources if source.state == HEALTHY),
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(plain=neutralised, short=short, ago=ago, clock_time=clock_time, span=span)
    environment.globals["blinds"] = blinds
    return environment.get_template("page.html")
