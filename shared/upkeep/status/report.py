"""The report of a collector at one moment: sources, hub partitions, log settings, alerts, dead letters, detectors.

Made by `Collector.status()`; `page.py` makes HTML of it, `functions/status.py` serves both, `telltale run` and
`telltale health` show parts of it. Everything in it may come from hostile telemetry, so texts are neutralised here and
escaped in the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

from shared.alerts.text import neutralised
from shared.base.version import VERSION
from shared.delivery.outbox import Outbox
from shared.delivery.outbox_rows import Recent
from shared.detection.detector import Detector
from shared.detection.discovery import LeftOut
from shared.events.times import rfc3339
from shared.heartbeat.entity import Entity
from shared.heartbeat.state import HEALTHY, SourceState
from shared.upkeep.canary.canary_watch import PROCESSED, PartitionState
from shared.upkeep.dead_letters import DeadLetters
from shared.upkeep.detector_health import DetectorHealth, DetectorTrouble
from shared.upkeep.log_settings._compare import Lack
from shared.upkeep.log_settings.log_settings_watch import KnownDifference
from shared.upkeep.status.display import number
from shared.upkeep.status.notes import NO_NOTE, SourceNote, known_about
from shared.upkeep.status.values import difference_values, partition_values, source_values

RECENT_ALERTS: Final = 50


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One collector at `time` (UTC).

    sources: those in trouble first. alerts: the newest first. dead_letters: how many by reason, most first.
    detectors and shadow_detectors: how many run live and in shadow stage. troubles: detectors that raised.
    left_out: detectors of somebody's own that cannot work. damaged: rows of heartbeats that cannot be read. notes: what
    is to be said of sources beside their state. partitions: of the hubs, as their last canaries showed them.
    differences: of log settings from what is declared, the oldest first; None where nothing is declared.
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
    left_out: tuple[LeftOut, ...] = ()
    damaged: int = 0
    notes: Mapping[Entity, SourceNote] = field(default_factory=dict)
    partitions: tuple[PartitionState, ...] = ()
    differences: tuple[KnownDifference, ...] | None = None
    version: str = VERSION

    def note(self, source: SourceState) -> SourceNote:
        """What is to be said of a source beside its state."""
        return self.notes.get(source.entity, NO_NOTE)

    @property
    def in_trouble(self) -> tuple[SourceState, ...]:
        """The sources that are not as they should be."""
        return tuple(source for source in self.sources if source.state != HEALTHY)

    @property
    def attention(self) -> tuple[str, ...]:
        """What a person should look at, one short line each; empty when all is well."""
        sources, troubles = self.in_trouble, self.troubles
        lines = []
        if sources:
            quiet = known_about(sources, self.notes)
            known = f", {quiet} of them acknowledged, in maintenance or in training" if quiet else ""
            lines.append(f"{number(len(sources), 'telemetry source')} in trouble{known}")
        stuck = sum(1 for one in self.partitions if one.state(self.time) != PROCESSED)
        if stuck:
            lines.append(f"{number(stuck, 'hub partition')} not known to be processed")
        lacks = sum(1 for one in self.differences or () if one.difference.lack is not Lack.NOT_EXPECTED)
        if lacks:
            lines.append(f"{number(lacks, 'difference')} of log settings from what is declared")
        if self.damaged:
            lines.append(f"{number(self.damaged, 'row')} of heartbeats damaged")
        if self.dead:
            lines.append(f"{number(self.dead, 'alert')} refused by Sentinel")
        if self.pending:
            lines.append(f"{number(self.pending, 'alert')} waiting for delivery")
        if troubles:
            lines.append(f"{number(len(troubles), 'detector')} with errors")
        if self.left_out:
            lines.append(f"{number(len(self.left_out), 'detector')} left out")
        return tuple(lines)

    def to_json(self) -> bytes:
        """The report as a JSON document; times are RFC 3339 in UTC."""
        document: dict[str, Any] = {
            "customer": self.customer,
            "version": self.version,
            "time": rfc3339(self.time),
            "attention": self.attention,
            "sources": [source_values(source, self.note(source)) for source in self.sources],
            "partitions": [partition_values(one, self.time) for one in self.partitions],
            "log_settings": None
            if self.differences is None
            else [difference_values(one) for one in self.differences],
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
                "left_out": [
                    {"detector": one.id, "reason": neutralised(one.reason)} for one in self.left_out
                ],
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


def gathered(
    customer: str,
    now: datetime,
    *,
    sources: Sequence[SourceState],
    outbox: Outbox,
    dead_letters: DeadLetters,
    health: DetectorHealth,
    detectors: Sequence[Detector],
    left_out: Sequence[LeftOut] = (),
    damaged: int = 0,
    notes: Mapping[Entity, SourceNote] | None = None,
    partitions: Sequence[PartitionState] = (),
    differences: Sequence[KnownDifference] | None = None,
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
        left_out=tuple(left_out),
        damaged=damaged,
        notes=notes or {},
        partitions=tuple(partitions),
        differences=None if differences is None else tuple(differences),
    )
