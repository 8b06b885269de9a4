"""The collector of one customer: puts the parts together in the order in which a record passes them.

`functions/` calls its methods from triggers, `local/` from the local host. `analyse` is pure and is what
`make bench` measures; `collect` records what it found, in an order in which a crash at any line heals when the
batch is delivered again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.alerts.alert import Alert, event_uid
from shared.alerts.build import alert_of, detector_error_alert, source_alert
from shared.alerts.delivery import DeliveryReport, Outlet
from shared.alerts.lanes import Lanes
from shared.alerts.outbox import Outbox
from shared.alerts.outbox_rows import SENTINEL
from shared.analysis import Analyser, Analysis
from shared.canary.hub import Hub
from shared.canary.watch import CanaryReport, CanaryWatch
from shared.clock import Clock
from shared.deadletters import DeadLetters
from shared.declarations import Declarations
from shared.detection.detector import Detector
from shared.detection.finding import Finding
from shared.detection.run import Detection, Run
from shared.detection.window_store import WindowStore
from shared.enrichment import Enrichment
from shared.events.message import Batch
from shared.events.registry import Registry
from shared.health import DetectorHealth
from shared.heartbeat.entity import Entity
from shared.heartbeat.rows import Heartbeats
from shared.heartbeat.watch import SourceState, Watch, Watched
from shared.retention import Retention
from shared.status.report import StatusReport, gathered
from shared.storage import Store
from shared.storage.owners import Owners
from shared.tuning import check_declared, tuned


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of a batch. `raised`: alerts that were not there before; `delivery` of them, if any."""

    records: int
    dead_letters: int
    hits: int
    raised: tuple[Alert, ...]
    delivery: DeliveryReport


class Collector:
    """One customer's collector. Safe to call from several threads, one hub partition each.

    `outlet` is Microsoft Sentinel; `outlets` are other places that every alert goes to, by name; `catch_up` is how many
    alerts of each severity that had to wait are sent a minute, None for all.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        detectors: Iterable[Detector],
        registry: Registry,
        declarations: Declarations | None = None,
        customer: str = "default",
        partitions: int = 4,
        outlet: Outlet | None = None,
        hubs: Sequence[Hub] = (),
        outlets: Mapping[str, Outlet] | None = None,
        catch_up: int | None = None,
    ) -> None:
        self.declarations = declarations or Declarations()
        self.customer = customer
        self.clock = clock
        self.detectors = tuned(detectors, self.declarations)
        check_declared(self.declarations, self.detectors, registry)
        self.detection = Detection(self.detectors, registry)
        everywhere = ({SENTINEL: outlet} if outlet is not None else {}) | dict(outlets or {})
        self.outbox = Outbox(store, clock, outlets=tuple(everywhere) or (SENTINEL,))
        self.lanes = Lanes(self.outbox, everywhere, customer, catch_up=catch_up)
        self.dead_letters = DeadLetters(store)
        owners = Owners(store)
        self.windows = WindowStore(store, partitions)
        self.heartbeats = Heartbeats(store, owners, known=Watched(store))
        self.health = DetectorHealth(store)
        self.enrichment = Enrichment.declared(self.declarations)
        self._store = store
        self._registry = registry
        self._analyser = Analyser(self.detection, self.windows.knows, self._is_raised)
        self._retention = Retention(store, self.heartbeats, self.health)
        expected = [Entity(e.source, "", e.category or "") for e in self.declarations.expected_sources]
        self.watch = Watch(store, self.heartbeats, self.allowed_gap, expected)
        self.canary = CanaryWatch(store, hubs, self.heartbeats.beats, customer)

    def analyse(self, batch: Batch) -> Analysis:
        """Decodes, counts and detects; pure but for the memory of what was decoded before."""
        return self._analyser.analyse(batch)

    def _is_raised(self, detector: Detector, identity: tuple[str, ...]) -> bool:
        """Whether the outbox of this process is known to hold the alert of an episode."""
        return bool(detector.dedup) and self.outbox.knows(event_uid(self.customer, detector.id, *identity))

    def alerts_of(self, findings: Iterable[Finding]) -> list[Alert]:
        """The findings as alerts, with what the customer knows about them."""
        return [alert_of(found, self.enrichment.context(found.fields), self.customer) for found in findings]

    def collect(self, batch: Batch) -> BatchReport:
        """Takes a batch all the way. Raises StorageError only where nothing could be kept; deliver it again then.

        Order: dead letters and windows first, then alerts, then heartbeats. Whatever was written before a crash is
        recognised by sequence number or id when the batch comes again.
        """
        analysis = self.analyse(batch)
        owner = f"{batch.hub}|{batch.partition}"
        if analysis.letters:
            self.dead_letters.keep(analysis.letters)
        from_windows = self.windows.commit(owner, analysis.run.contributions)
        raised = self._raise([*analysis.run.findings.values(), *from_windows])
        for finding in from_windows:
            self.windows.alerted(finding)
        raised += self._report_errors(analysis.run)
        self.heartbeats.commit(owner, analysis.tally, self.clock.now())
        delivery = self.lanes.deliver(only_added=True) if raised else DeliveryReport()
        return BatchReport(
            analysis.records, len(analysis.letters), analysis.run.hits, tuple(raised), delivery
        )

    def _raise(self, findings: list[Finding]) -> list[Alert]:
        live = [finding for finding in findings if finding.detector.stage == "live"]
        shadow = [finding for finding in findings if finding.detector.stage != "live"]
        if shadow:
            self.health.keep_shadow(self.alerts_of(shadow))
        return self.outbox.add(self.alerts_of(live)) if live else []

    def _report_errors(self, run: Run) -> list[Alert]:
        if not run.errors:
            return []
        now = self.clock.now()
        self.health.keep_errors(run.errors, run.error_texts, now)
        hour = int(now.timestamp()) // 3600
        alerts = [
            detector_error_alert(
                self.detection.detectors[name], run.error_texts[name], count, hour, self.customer
            )
            for name, count in run.errors.items()
        ]
        return self.outbox.add(alerts)

    def watch_heartbeats(self) -> list[Alert]:
        """Judges every source, raises what changed, and keeps the states; for the timer."""
        now = self.clock.now()
        states, changes = self.watch.look(now)
        raised = self.outbox.add(
            [source_alert(change, self.listeners(change.after.entity), self.customer) for change in changes]
        )
        self.watch.keep(states)
        self._retention.tidy(now)
        if raised:
            self.lanes.deliver(only_added=True)
        return raised

    def watch_windows(self) -> list[Alert]:
        """Judges windows whose records are spread over hub partitions, and removes old rows; for the timer."""
        findings = list(self.windows.sweep(self.detectors, self.clock.now()))
        raised = self._raise(findings)
        for finding in findings:
            self.windows.alerted(finding)
        if raised:
            self.lanes.deliver(only_added=True)
        return raised

    def send_canary(self) -> CanaryReport:
        """Judges the last canaries, raises what became of them, and sends new ones; for the timer."""
        now = self.clock.now()
        report = self.canary.run(now)
        raised = self.outbox.add(report.alerts)
        self.canary.keep(report, now)
        if raised:
            self.lanes.deliver(only_added=True)
        return report

    def deliver(self) -> DeliveryReport:
        """Sends what waits in the outbox; for the timer."""
        return self.lanes.deliver(only_added=False)

    def listeners(self, entity: Entity) -> list[Detector]:
        """The detectors that read a source."""
        return [
            detector
            for detector in self.detectors
            if entity.source in detector.sources
            or (entity.source.startswith("app.") and "app" in detector.sources)
        ]

    def allowed_gap(self, entity: Entity) -> timedelta | None:
        """How long a source may be silent: declared, else usual for its kind; None while work on it is announced."""
        if self._under_work(entity, self.clock.now()):
            return None
        for expected in self.declarations.expected_sources:
            if expected.source == entity.source and expected.category in (None, entity.category):
                return expected.interval
        kind = "app" if entity.source.startswith("app.") else entity.source
        source = self._registry.by_id.get(kind)
        usual = source.usual_gap if source else None
        return usual or self.declarations.silence.after

    def _under_work(self, entity: Entity, now: datetime) -> bool:
        return any(
            window.start <= now < window.end and (not window.sources or entity.source in window.sources)
            for window in self.declarations.change_windows
        )

    def sources(self) -> list[SourceState]:
        """Every source and its state at this moment."""
        states, _ = self.watch.look(self.clock.now())
        return sorted(states.values(), key=lambda state: state.entity)

    def close(self) -> None:
        """Lets go of the store and of the outlet's connection."""
        self.lanes.close()
        self._store.close()

    def status(self) -> StatusReport:
        """What the collector knows of itself at this moment, for the status page."""
        return gathered(
            self.customer,
            self.clock.now(),
            sources=self.sources(),
            outbox=self.outbox,
            dead_letters=self.dead_letters,
            health=self.health,
            detectors=self.detectors,
        )
