"""Which alerts other declarations would have raised from the history in a store; for `telltale health --simulate`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from rich.table import Table
from rich.text import Text

from cli.source_table import plain_table
from cli.terminal import SEVERITY_STYLES, plain
from shared.collector.tuning import check_declared, tuned
from shared.customer.declarations import Declarations
from shared.detection.detector import Detector
from shared.events.registry import Registry
from shared.events.times import rfc3339
from shared.heartbeat.accounting import hour_of
from shared.heartbeat.entity import Entity, kind_of
from shared.heartbeat.judgement.observation import HOUR, SLOT, Hour, together
from shared.heartbeat.judgement.verdict import Verdict
from shared.heartbeat.simulation import simulate
from shared.heartbeat.state import moment
from shared.storage import Store
from shared.upkeep.telemetry import Telemetry

_MOST_CHECKS = 3_000_000
"""Beyond so many checks together, each entity is checked less often than every five minutes."""
_DAYS_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class SimulatedVerdict:
    """What would have become of a finding about a source."""

    entity: Entity
    at: float
    verdict: Verdict

    def values(self) -> dict[str, object]:
        """As JSON values."""
        finding = self.verdict.finding
        return {
            "time": rfc3339(moment(self.at)),
            "source": self.entity.source,
            "tenant": self.entity.tenant or None,
            "category": self.entity.category or None,
            "dimension": self.entity.dimension or None,
            "finding": finding.kind.value,
            "change": self.verdict.change.value,
            "since": rfc3339(moment(finding.since)),
            "severity": self.verdict.severity.value,
            "told": self.verdict.raises_alert,
            "mute": self.verdict.mute.value if self.verdict.mute is not None else None,
            "why": finding.why,
        }


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a simulation came to. step: seconds between checks."""

    verdicts: tuple[SimulatedVerdict, ...]
    entities: int
    days: float
    step: int

    def summary(self) -> str:
        """How often, in a line."""
        alerts = Counter(one.verdict.change.value for one in self.verdicts if one.verdict.raises_alert)
        quiet = sum(1 for one in self.verdicts if not one.verdict.raises_alert)
        a_month = alerts["opened"] / max(self.entities, 1) / max(self.days / _DAYS_A_MONTH, 1 / _DAYS_A_MONTH)
        what = ", ".join(f"{count} {change}" for change, count in sorted(alerts.items())) or "nothing"
        return (
            f"{self.entities} sources over {self.days:.1f} days, a check every {self.step // 60} minutes: {what}; "
            f"{quiet} muted; {a_month:.2f} alerts a source and month"
        )


def simulated(
    store: Store, declarations: Declarations, detectors: Iterable[Detector], registry: Registry
) -> Simulation:
    """Judges the hours in `store` under `declarations`. Virtual sources are left out.

    Raises DeclarationError for declarations that cannot work.
    """
    known = tuned(detectors, declarations)
    check_declared(declarations, known, registry)
    telemetry = Telemetry(store, known, registry, declarations, "simulation")
    hours, end = _hours(telemetry)
    if not hours:
        return Simulation((), 0, 0.0, SLOT)
    begin = min(hour for own in hours.values() for hour in own)
    checks = len(hours) * (end - begin * HOUR) / SLOT
    step = SLOT * max(1, round(checks / _MOST_CHECKS))
    verdicts = [
        SimulatedVerdict(entity, found.at, found.verdict)
        for entity, own in hours.items()
        for found in simulate(own, telemetry.policies.of(entity), begin, end, step)
    ]
    days = timedelta(seconds=end - begin * HOUR) / timedelta(days=1)
    return Simulation(tuple(sorted(verdicts, key=lambda one: (one.at, one.entity))), len(hours), days, step)


def _hours(telemetry: Telemetry) -> tuple[dict[Entity, dict[int, Hour]], float]:
    """The recorded hours of each entity, all hub partitions together, and when the newest record arrived."""
    newest = 0.0
    parts: dict[Entity, dict[int, list[Hour]]] = {}
    for beat in telemetry.heartbeats.beats():
        newest = max(newest, beat.enqueued.timestamp())
        needed = telemetry.heartbeats.needed.get(kind_of(beat.entity.source), ())
        parts.setdefault(beat.entity, {}).setdefault(beat.hour, []).append(hour_of(beat.values, needed))
    whole = {
        entity: {hour: together(own) for hour, own in hours.items()}
        for entity, hours in parts.items()
        if not telemetry.policies.is_retired(entity)
    }
    return whole, newest


def simulation_table(outcome: Simulation) -> Table:
    """A line for each alert that would have been raised."""
    table = plain_table("Alerts that would have been raised")
    for name in ("Time", "Severity", "Source", "Finding", "Why"):
        table.add_column(name, overflow="fold")
    for one in outcome.verdicts:
        if one.verdict.raises_alert:
            severity = one.verdict.severity.value
            table.add_row(
                Text(f"{moment(one.at):%Y-%m-%d %H:%M}"),
                plain(severity, SEVERITY_STYLES[severity]),
                plain(one.entity.name, "cyan"),
                plain(f"{one.verdict.finding.kind.value.replace('_', ' ')}: {one.verdict.change.value}"),
                plain(one.verdict.finding.why),
            )
    return table
