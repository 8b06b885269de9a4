"""The collector of one customer: puts the parts together in the order in which a record passes them.

`functions/` calls its methods from triggers, `cli/` and `lab/` from a local host. `analyse` is pure and is what
`make bench` measures; `collect` records what it found, in an order in which a crash at any line heals when the
batch is delivered again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.alerts.alert import Alert, event_uid
from shared.alerts.build import alert_of, detector_error_alert, detector_left_out_alert, with_blind_times
from shared.alerts.health_rows import Journey
from shared.base.clock import Clock
from shared.base.clouds import PUBLIC, Cloud
from shared.collector.analysis import Analyser, Analysis
from shared.collector.tuning import check_declared, tuned
from shared.customer.declarations import Declarations
from shared.delivery.fan_out import FanOut
from shared.delivery.outbox import Outbox
from shared.delivery.outbox_rows import SENTINEL
from shared.delivery.outlet import DeliveryReport, Outlet
from shared.detection.detector import Detector
from shared.detection.discovery import LeftOut
from shared.detection.dispatch.run import Detection, Run
from shared.detection.finding import Finding
from shared.detection.windows.correlation import OWNER, Listeners
from shared.enrichment import Enrichment
from shared.events.message import Batch
from shared.events.registry import Registry
from shared.heartbeat.state import SourceState
from shared.judging.window_store import WindowStore
from shared.judging.window_sweep import Sweep
from shared.storage import Store
from shared.upkeep.arrival.arrival_watch import ArrivalReport, ArrivalWatch
from shared.upkeep.arrival.workspace import Workspace
from shared.upkeep.canary.canary_watch import CanaryReport, CanaryWatch
from shared.upkeep.canary.hub import Hub
from shared.upkeep.dead_letters import DeadLetters
from shared.upkeep.detector_health import DetectorHealth
from shared.upkeep.health_stream import HealthStream
from shared.upkeep.log_settings.arm import Arm
from shared.upkeep.log_settings.deployed import NOWHERE, Deployed
from shared.upkeep.log_settings.desired_state import readers_of, seen_in, wanted_of
from shared.upkeep.log_settings.log_settings_watch import LogSettingsReport, LogSettingsWatch
from shared.upkeep.retention import Retention
from shared.upkeep.status.notes import notes_of
from shared.upkeep.status.report import StatusReport, gathered
from shared.upkeep.telemetry import Telemetry


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
    alerts of each severity that had to wait are sent a minute, None for all; `cloud` is whose portals alerts link;
    `left_out` are detectors that cannot work, for the status page and an alert a day.
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
        deployed: Deployed = NOWHERE,
        arm: Arm | None = None,
        outlets: Mapping[str, Outlet] | None = None,
        catch_up: int | None = None,
        health_outlet: Outlet | None = None,
        workspace: Workspace | None = None,
        cloud: Cloud = PUBLIC,
        left_out: Sequence[LeftOut] = (),
    ) -> None:
        self.declarations = declarations or Declarations()
        self.customer = customer
        self.clock = clock
        self.detectors = tuned(detectors, self.declarations, left_out)
        self.left_out = tuple(left_out)
        check_declared(self.declarations, self.detectors, registry)
        self.telemetry = self._telemetry(store, registry)
        self.heartbeats = self.telemetry.heartbeats
        dimensions = self.telemetry.dimensions
        self.detection = Detection(self.detectors, registry, dimensions.asked(registry))
        everywhere = ({SENTINEL: outlet} if outlet is not None else {}) | dict(outlets or {})
        self.outbox = Outbox(store, clock, outlets=tuple(everywhere) or (SENTINEL,), cloud=cloud)
        self.fan_out = FanOut(self.outbox, everywhere, customer, catch_up=catch_up)
        self.dead_letters = DeadLetters(store)
        self.windows = WindowStore(store, partitions)
        self._sweep = Sweep(store, self.windows)
        self._listeners = Listeners(self.detectors)
        self.health = DetectorHealth(store)
        self.enrichment = Enrichment.declared(self.declarations)
        self.store = store
        self._analyser = Analyser(self.detection, self.windows.knows, self._is_raised, dimensions)
        self._retention = Retention(store, self.telemetry, self.health)
        self.health_stream = HealthStream(store, health_outlet, self.telemetry.episodes.all, customer)
        self.canary = CanaryWatch(store, hubs, self.heartbeats, customer)
        self._arrival: ArrivalWatch | None = None
        if workspace is not None and outlet is not None:  # what other outlets take is in no workspace
            self._arrival = ArrivalWatch(workspace, self.outbox.recent, customer)
        self._arm = arm
        wanted = wanted_of(self.declarations, deployed)
        readers = readers_of(registry, self.detectors)
        self.log_settings = LogSettingsWatch(store, wanted, deployed, readers, customer)

    def _telemetry(self, store: Store, registry: Registry) -> Telemetry:
        return Telemetry(store, self.detectors, registry, self.declarations, self.customer)

    def analyse(self, batch: Batch) -> Analysis:
        """Decodes, counts and detects; pure but for the memory of what was decoded before."""
        return self._analyser.analyse(batch)

    def _is_raised(self, detector: Detector, identity: tuple[str, ...]) -> bool:
        """Whether the outbox of this process is known to hold the alert of an episode."""
        return bool(detector.dedup) and self.outbox.knows(event_uid(self.customer, detector.id, *identity))

    def alerts_of(self, findings: Iterable[Finding]) -> list[Alert]:
        """The findings as alerts, with what the customer knows about them."""
        return [self._alert_of(found) for found in findings]

    def _alert_of(self, found: Finding) -> Alert:
        alert = alert_of(found, self.enrichment.context(found.fields), self.customer)
        blind = self.telemetry.blind_times(found.detector, alert, self.clock.now())
        return with_blind_times(alert, blind) if blind else alert

    def collect(self, batch: Batch, *, redriven: bool = False) -> BatchReport:
        """Takes a batch all the way. Raises StorageError only where nothing could be kept; deliver it again then.

        redriven: the batch was set aside when it arrived, and was counted as that; it does not arrive again.
        Order: dead letters and windows first, then alerts, then heartbeats. Whatever was written before a crash is
        recognised by sequence number or id when the batch comes again.
        """
        analysis = self.analyse(batch)
        owner = f"{batch.hub}|{batch.partition}"
        if analysis.letters and not redriven:
            self.dead_letters.keep(analysis.letters)
        from_windows = self.windows.commit(owner, analysis.run.contributions)
        raised = self._raise([*analysis.run.findings.values()], from_windows)
        raised += self._report_errors(analysis.run)
        if not redriven:
            self.heartbeats.commit(owner, analysis.tally, self.clock.now())
        delivery = self.fan_out.deliver(only_added=True) if raised else DeliveryReport()
        return BatchReport(
            analysis.records, len(analysis.letters), analysis.run.hits, tuple(raised), delivery
        )

    def _raise(self, findings: list[Finding], from_windows: list[Finding]) -> list[Alert]:
        """Lets the detectors that listen to findings hear them, then raises all; what repeats it changes nothing."""
        if self._listeners and (findings or from_windows):
            heard = self._listeners.contributions([*findings, *from_windows])
            from_windows = from_windows + self.windows.commit(OWNER, heard)
        raised = self._record([*findings, *from_windows])
        for finding in from_windows:
            self.windows.alerted(finding)
        return raised

    def _record(self, findings: list[Finding]) -> list[Alert]:
        """Live findings into the outbox, those of detectors in shadow stage into the table of health."""
        live = [finding for finding in findings if finding.detector.stage == "live"]
        shadow = [finding for finding in findings if finding.detector.stage == "shadow"]
        if shadow:
            self.health.keep_shadow(self.alerts_of(shadow))
        alerts = self.alerts_of(live)
        self.telemetry.note(alerts)
        return self.outbox.add(alerts) if alerts else []

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
        check, alerts = self.telemetry.check(now)
        day = int(now.timestamp()) // 86_400
        alerts += [detector_left_out_alert(one, day, self.customer) for one in self.left_out]
        raised = self.outbox.add(alerts)
        self.telemetry.keep(check)
        came = self.canary.slowest(now) if self.health_stream.is_wanted else None
        journey = Journey(came.sent, came.enqueued, came.processed) if came is not None else None
        states, damaged = list(check.states.values()), len(self.heartbeats.damaged)
        self.health_stream.send(states, check.behind, now, damaged, journey)
        self._retention.tidy(now)
        if raised:
            self.fan_out.deliver(only_added=True)
        return raised

    def watch_windows(self) -> list[Alert]:
        """Judges windows whose records are spread over hub partitions, and removes old rows; for the timer."""
        raised = self._raise([], list(self._sweep.run(self.detectors, self.clock.now())))
        if raised:
            self.fan_out.deliver(only_added=True)
        return raised

    def send_canary(self) -> CanaryReport:
        """Judges the last canaries, raises what became of them, and sends new ones; for the timer."""
        now = self.clock.now()
        report = self.canary.run(now)
        raised = self.outbox.add(report.alerts)
        self.canary.keep(report, now)
        if raised:
            self.fan_out.deliver(only_added=True)
        return report

    def watch_log_settings(self) -> LogSettingsReport | None:
        """Compares what should be logged with what is set and what arrives; for the timer. None: nothing to compare."""
        if self._arm is None or not self.log_settings.is_declared:
            return None
        now = self.clock.now()
        report = self.log_settings.run(self._arm, seen_in(self.sources()), now)
        raised = self.outbox.add(report.alerts)
        self.log_settings.keep(report, now)
        if raised:
            self.fan_out.deliver(only_added=True)
        return report

    def watch_arrival(self) -> ArrivalReport | None:
        """Looks whether what was accepted can be queried; for the timer. None: there is no workspace to ask."""
        if self._arrival is None:
            return None
        report = self._arrival.run(self.clock.now())
        if report.alerts and self.outbox.add(report.alerts):
            self.fan_out.deliver(only_added=True)
        return report

    def deliver(self) -> DeliveryReport:
        """Sends what waits in the outbox; for the timer."""
        return self.fan_out.deliver(only_added=False)

    def sources(self) -> list[SourceState]:
        """Every source and its state at this moment."""
        return self.telemetry.states(self.clock.now())

    def close(self) -> None:
        """Lets go of the store and of the outlet's connection."""
        self.fan_out.close()
        self.store.close()

    def status(self) -> StatusReport:
        """What the collector knows of itself at this moment, for the status page."""
        now = self.clock.now()
        sources = self.telemetry.states(now)
        return gathered(
            self.customer,
            now,
            sources=sources,
            outbox=self.outbox,
            dead_letters=self.dead_letters,
            health=self.health,
            detectors=self.detectors,
            left_out=self.left_out,
            damaged=len(self.heartbeats.damaged),
            notes=notes_of(sources, self.telemetry, now),
            partitions=self.canary.states(now),
            differences=self.log_settings.differences(),
        )
