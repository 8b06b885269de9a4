"""The report of a collector: its sources, alerts, outbox, dead letters and detectors at one moment.

Made by `Collector.status()`; `functions/status.py` serves it, `telltale run` and `telltale health` show parts of
it. Everything in it may come from hostile telemetry, so texts are neutralised here and escaped in the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from shared.alerts.outbox import Outbox
from shared.alerts.outbox_rows import Recent
from shared.alerts.text import neutralised
from shared.deadletters import DeadLetters
from shared.detection.detector import Detector
from shared.events.times import rfc3339
from shared.health import DetectorHealth, DetectorTrouble
from shared.heartbeat.episodes import Episode
from shared.heartbeat.state import HEALTHY, SourceState, moment
from shared.version import VERSION

RECENT_ALERTS: Final = 50


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One collector at `time` (UTC).

    sources: those in trouble first. alerts: the newest first. dead_letters: how many by reason, most first.
    detectors and shadow_detectors: how many run live and in shadow stage. troubles: detectors that raised.
    damaged: rows of heartbeats that cannot be read.
    """

    customer: str
    time: datetime
    sources: tuple[SourceState, ...]
    alerts: tuple[Recent, ...]
    pending: int
    dead: int
    dead_letters: Mapping[str, int]
    detectors: int
    shadow_detectors: int
    troubles: tuple[DetectorTrouble, ...]
    damaged: int = 0
    version: str = VERSION

    @property
    def in_trouble(self) -> tuple[SourceState, ...]:
        """The sources that are not as they should be."""
        return tuple(source for source in self.sources if source.state != HEALTHY)

    @property
    def attention(self) -> tuple[str, ...]:
        """What a person should look at, one short line each; empty when all is well."""
        sources, troubles = self.in_trouble, self.troubles
        lines = [f"{_number(len(sources), 'telemetry source')} in trouble"] if sources else []
        if self.damaged:
            lines.append(f"{_number(self.damaged, 'row')} of heartbeats damaged")
        if self.dead:
            lines.append(f"{_number(self.dead, 'alert')} refused by Sentinel")
        if self.pending:
            lines.append(f"{_number(self.pending, 'alert')} waiting for delivery")
        if troubles:
            lines.append(f"{_number(len(troubles), 'detector')} with errors")
        return tuple(lines)

    def to_json(self) -> bytes:
        """The report as a JSON document; times are RFC 3339 in UTC."""
        document: dict[str, Any] = {
            "customer": self.customer,
            "version": self.version,
            "time": rfc3339(self.time),
            "attention": self.attention,
            "sources": [source_values(source) for source in self.sources],
            "alerts": [
                {
                    "uid": alert.uid,
                    "name": alert.name,
                    "rule": alert.rule,
                    "severity": alert.severity,
                    "status": alert.status,
                    "created": alert.created,
                    "updated": alert.updated,
                    "reason": alert.reason,
                }
                for alert in self.alerts
            ],
            "damaged_rows": self.damaged,
            "outbox": {"pending": self.pending, "dead": self.dead},
            "dead_letters": [
                {"reason": reason, "count": count} for reason, count in self.dead_letters.items()
            ],
            "detectors": {
                "live": self.detectors,
                "shadow": self.shadow_detectors,
                "with_errors": [
                    {
                        "detector": trouble.detector,
                        "count": trouble.count,
                        "time": rfc3339(trouble.time),
                        "error": neutralised(trouble.error),
                    }
                    for trouble in self.troubles
                ],
            },
        }
        return orjson.dumps(document)

    def to_html(self) -> str:
        """The report as a page that needs nothing from elsewhere."""
        from shared.status.page import render

        return render(self)


def source_values(state: SourceState) -> dict[str, object]:
    """A source and its state as plain JSON values; what is not known is null."""
    return {
        "source": neutralised(state.entity.source),
        "tenant": neutralised(state.entity.tenant) or None,
        "category": neutralised(state.entity.category) or None,
        "state": state.state,
        "since": rfc3339(state.since),
        "first_seen": _time(state.first_seen),
        "last_seen": _time(state.last_seen),
        "last_event": _time(state.last_event),
        "lag_seconds": round(state.lag_seconds, 3),
        "records_24h": state.count_24h,
        "reporters": state.reporters,
        "dimension": neutralised(state.entity.dimension) or None,
        "findings": [
            {
                "finding": finding.kind.value,
                "since": rfc3339(moment(finding.since)),
                "why": neutralised(finding.why),
            }
            for finding in state.findings
        ],
        "allowed_gap_seconds": state.allowed_gap.total_seconds() if state.allowed_gap is not None else None,
    }


def episode_values(episode: Episode) -> dict[str, object]:
    """What was wrong with a source, from when to when, as plain JSON values; what is not known is null."""
    return {
        "source": neutralised(episode.entity.source),
        "tenant": neutralised(episode.entity.tenant) or None,
        "category": neutralised(episode.entity.category) or None,
        "dimension": neutralised(episode.entity.dimension) or None,
        "finding": episode.kind.value,
        "from": rfc3339(moment(episode.begun)),
        "to": rfc3339(moment(episode.ended)) if episode.ended is not None else None,
        "severity": episode.severity,
        "mute": episode.mute or None,
        "why": neutralised(episode.why),
    }


def gathered(
    customer: str,
    now: datetime,
    *,
    sources: Sequence[SourceState],
    outbox: Outbox,
    dead_letters: DeadLetters,
    health: DetectorHealth,
    detectors: Sequence[Detector],
    damaged: int = 0,
) -> StatusReport:
    """The report on what the store holds at `now`. Raises StorageError where the store is down."""
    live = sum(1 for detector in detectors if detector.stage == "live")
    return StatusReport(
        customer=customer,
        time=now,
        sources=tuple(sorted(sources, key=lambda state: (state.state == HEALTHY, state.entity))),
        alerts=tuple(outbox.recent(RECENT_ALERTS)),
        pending=outbox.pending_count(),
        dead=outbox.dead_count(),
        dead_letters={neutralised(reason): count for reason, count in dead_letters.by_reason().items()},
        detectors=live,
        shadow_detectors=len(detectors) - live,
        troubles=tuple(health.troubles()),
        damaged=damaged,
    )


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _time(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment is not None else None
