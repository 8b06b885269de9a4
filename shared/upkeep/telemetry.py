"""The telemetry that one customer's collector watches: its sources, what is wrong with them, and what that blinds.

`shared.collector.collector` looks into records; this watches whether they arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from shared.alerts.alert import Alert
from shared.alerts.source_alerts import overflow_alert, recreated_alert, source_alert
from shared.alerts.together_alerts import grouped, together_alert
from shared.coverage.blinding import Blinded, Blinding, together
from shared.customer.declarations import Declarations
from shared.detection.detector import Detector
from shared.detection.logging_loss import LoggingLoss
from shared.events.registry import Registry
from shared.events.times import shifted
from shared.heartbeat.changes import LoggingChange, LoggingChanges, culprit
from shared.heartbeat.dimension import Dimensions
from shared.heartbeat.entity import Entity, kind_of
from shared.heartbeat.entity_policies import Policies
from shared.heartbeat.heartbeat_rows import Heartbeats
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.judgement.verdict import SourceFinding
from shared.heartbeat.required_fields import by_source, required_fields
from shared.heartbeat.source_episodes import SourceEpisodes
from shared.heartbeat.source_watch import Check, Notice, Watch, Watched
from shared.heartbeat.state import SourceState
from shared.storage import Store
from shared.storage.owners import Owners

_STOPPED = frozenset({FindingKind.SILENT, FindingKind.LOW, FindingKind.NEVER_SEEN, FindingKind.THIN})
_MEANWHILE = timedelta(hours=1)
_ASKED = 25
"""Of many sources that fell silent together, so many are asked who did it."""
_RECREATED_ALERTED = timedelta(days=1)


class Telemetry:
    """Counts, judges and remembers the sources of one customer."""

    def __init__(
        self,
        store: Store,
        detectors: Sequence[Detector],
        registry: Registry,
        declarations: Declarations,
        customer: str,
        *,
        declared_only: bool = False,
    ) -> None:
        """declared_only: nothing is judged but what the customer declared as expected."""
        self.dimensions = Dimensions({entry.source: entry.by for entry in declarations.dimensions})
        required = required_fields(detectors)
        self.heartbeats = Heartbeats(
            store,
            Owners(store),
            known=Watched(store),
            needed=by_source(required),
            new_an_hour=declarations.heartbeats.new_an_hour,
        )
        self.blinding = Blinding(detectors, required)
        self.policies = Policies(
            declarations,
            registry,
            self.blinding.counts,
            needed=self.heartbeats.needed,
            declared_only=declared_only,
        )
        self.watch = Watch(store, self.heartbeats, self.policies)
        self.changes = LoggingChanges(store)
        self.episodes = SourceEpisodes(store)
        self._customer = customer
        self._explains = {detector.id: detector.explains for detector in detectors}

    def check(self, now: datetime) -> tuple[Check, list[Alert]]:
        """Judges every source. The alerts are to be stored, then `keep` is called."""
        check = self.watch.check(now)
        groups = grouped(notice for notice in check.notices if notice.verdict.raises_alert)
        changes = self.changes.all() if groups else []
        alerts = [self._alert(group, check, changes) for group in groups]
        alerts += [overflow_alert(state, self._customer) for state in check.overflowing]
        alerts += [
            recreated_alert(clock, self._customer)
            for clock in check.recreated
            if clock.recreated_at is not None and now - clock.recreated_at < _RECREATED_ALERTED
        ]
        return check, alerts

    def keep(self, check: Check) -> None:
        """Remembers the notices of a check, and the states."""
        self.episodes.keep(check.notices, check.now)
        self.watch.keep(check)

    def _alert(self, notices: Sequence[Notice], check: Check, changes: Sequence[LoggingChange]) -> Alert:
        """The alert about one source, or about many that changed alike."""
        states = list(check.states.values())
        one_a_kind = {kind_of(one.state.entity.source): one for one in notices}
        blinded = together(
            self.blinded(one.verdict.finding, one.state.entity, states) for one in one_a_kind.values()
        )
        cause = next((cause for one in notices[:_ASKED] if (cause := _cause(one, changes)) is not None), None)
        if len(notices) == 1:
            return source_alert(notices[0], blinded, cause, self._customer, check.now)
        return together_alert(notices, blinded, cause, self._customer, check.now, check.left)

    def blinded(self, finding: SourceFinding, entity: Entity, states: Iterable[SourceState]) -> Blinded:
        """What a finding about a source takes away; `states`: of all sources."""
        virtual = self.policies.virtual(entity)
        members = [one.source for one in virtual.sources] if virtual is not None else []
        return self.blinding.by(finding, entity, states, members)

    def note(self, alerts: Iterable[Alert]) -> None:
        """Remembers those alerts that a silence may follow from, so that it can name its cause."""
        changes = [
            change for alert in alerts if (change := _change(alert, self._explains.get(alert.rule))).explains
        ]
        if changes:
            self.changes.keep(changes)

    def blind_times(self, detector: Detector, alert: Alert, now: datetime) -> list[dict[str, str | None]]:
        """When sources that `detector` reads were silent while what the alert is about happened, or shortly before."""
        return self.episodes.dark_times(detector.sources, shifted(alert.start, -_MEANWHILE), alert.end, now)

    def states(self, now: datetime) -> list[SourceState]:
        """Every source and its state at `now`; nothing is written."""
        return sorted(self.watch.look(now).values(), key=lambda state: state.entity)

    def listeners(self, entity: Entity) -> list[Detector]:
        """The detectors that read a source."""
        return self.blinding.listeners(entity)

    def remove_old(self, now: datetime) -> None:
        """Removes what is too old to matter."""
        self.heartbeats.remove_old(now)
        self.changes.remove_old(now)
        self.episodes.remove_old(now)


def _cause(notice: Notice, changes: Sequence[LoggingChange]) -> LoggingChange | None:
    """The change to the logging that explains a notice; None where none does, or none is asked for."""
    verdict = notice.verdict
    if verdict.finding.kind not in _STOPPED or verdict.change not in (Change.OPENED, Change.ESCALATED):
        return None
    return culprit(changes, notice.state.entity, notice.state.reporter, notice.since)


def _change(alert: Alert, loss: LoggingLoss | None) -> LoggingChange:
    entities = alert.entities
    return LoggingChange(
        uid=alert.uid,
        rule=alert.rule,
        time=alert.end.timestamp(),
        actor=entities.get("actor_username") or entities.get("actor_user_id", ""),
        operation=alert.operation,
        target=entities.get("target_name", ""),
        resource_id=entities.get("resource_id", ""),
        subscription_id=entities.get("subscription_id", ""),
        tenant_id=entities.get("tenant_id", ""),
        account_id=entities.get("account_id", ""),
        source=alert.source,
        name=alert.name,
        loss=loss.value if loss is not None else "",
    )
