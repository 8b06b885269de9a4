"""Times and spans as people read them; the status page and the command line share them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from shared.coverage.blinding import Blinded

_RESOURCE: Final = re.compile(
    r"/subscriptions/(?:[^/\s]+/)*?([^/\s]+/[^/\s:;,]+)(?=[\s:;,]|$)", re.IGNORECASE
)
_GUID: Final = re.compile(
    r"\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE
)
_LONGEST: Final = 2_000


def span(length: timedelta) -> str:
    """`length` in its two largest units, rounded down: "40 s", "12 min", "3 h 5 min", "2 d 4 h"."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def short(text: object) -> str:
    """`text` with resource ids cut to type and name and GUIDs to their first part, for narrow columns."""
    return _GUID.sub(r"\1…", _RESOURCE.sub(r"\1", str(text)[:_LONGEST]))


def blinds(lost: Blinded) -> str:
    """How many detectors and techniques: "blinds 3 detectors, 1 technique; 2 detectors see less"; '' for nothing."""
    dark = [
        number(len(names), what)
        for names, what in ((lost.detectors, "detector"), (lost.techniques, "technique"))
        if names
    ]
    parts = [f"blinds {', '.join(dark)}"] if dark else []
    if lost.degraded_detectors:
        see = "sees" if len(lost.degraded_detectors) == 1 else "see"
        parts.append(f"{number(len(lost.degraded_detectors), 'detector')} {see} less")
    return "; ".join(parts)


def number(count: int, what: str) -> str:
    """So many of something: "1 alert", "2 alerts"."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def ago(moment: datetime | None, now: datetime) -> str:
    """How long before `now`: "12 min ago"; "never" where there is no moment."""
    if moment is None:
        return "never"
    return "just now" if now - moment < timedelta(seconds=1) else f"{span(now - moment)} ago"


def clock_time(moment: datetime | None, now: datetime) -> str:
    """The time of day in UTC, with the date where it is not today's: "09:41:07", "2026-03-09 09:41:07"."""
    if moment is None:
        return "never"
    moment = moment.astimezone(UTC)
    return moment.strftime("%H:%M:%S" if moment.date() == now.astimezone(UTC).date() else "%Y-%m-%d %H:%M:%S")
