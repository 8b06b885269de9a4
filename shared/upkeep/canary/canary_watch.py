"""Sends the canaries and says what became of the last ones; for the timer `send_canary`, through the collector.

Table `canary`: a table partition per hub, a row per hub partition, written by this timer alone: when the last canary
was sent, and the open trouble, so that it raises one alert, and one at its end.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.alerts.alert import Alert, event_uid
from shared.base.severity import Severity
from shared.events.times import rfc3339
from shared.heartbeat.heartbeat_rows import Heartbeats
from shared.storage import Row, RowValue, Store, Upsert, safe_key, transactions
from shared.upkeep.canary.hub import Hub, HubUnavailable
from shared.upkeep.canary.journey import Arrival, PartitionHealth, body_of, judged, progress_of

log = logging.getLogger("telltale.canary")

TABLE = "canary"
SLOWEST_WITHIN = timedelta(hours=1)
LOOK_BACK = timedelta(hours=26)
"""How far back rows are read for the progress of a partition that has fallen behind."""

SENT_WITHIN = timedelta(minutes=15)
"""The timer sends every five minutes; without a canary for so long, nothing is known about a partition."""
FORGOTTEN_AFTER = timedelta(days=1)
"""A partition to which no canary was sent for so long belongs to a hub that is no longer read."""
PROCESSED = "processed"


@dataclass(frozen=True, slots=True)
class PartitionState:
    """A hub partition as the last look left it. sent: the last canary; took: how long the last that came out took.

    behind, unprocessed: as of that look. trouble: in words, '' for none; since: when it began, else when something was
    last processed.
    """

    hub: str
    partition: str
    sent: datetime
    took: timedelta | None
    behind: timedelta
    unprocessed: int | None
    trouble: str
    since: datetime

    def state(self, now: datetime) -> str:
        """In a word or two."""
        if self.trouble:
            return "not processed"
        return PROCESSED if now - self.sent <= SENT_WITHIN else "no canary"


@dataclass(frozen=True, slots=True)
class CanaryReport:
    """What a run of the timer saw: partitions by health, hubs that could not be reached, and alerts to raise."""

    partitions: tuple[PartitionHealth, ...]
    unreachable: tuple[str, ...]
    alerts: tuple[Alert, ...]


class CanaryWatch:
    """The canaries of one collector; they come out as heartbeats."""

    def __init__(self, store: Store, hubs: Sequence[Hub], heartbeats: Heartbeats, customer: str) -> None:
        self._store = store
        self._hubs = tuple(hubs)
        self._heartbeats = heartbeats
        self._customer = customer

    def run(self, now: datetime) -> CanaryReport:
        """Judges the canaries of the last run and sends new ones; the caller raises the alerts, then calls `keep`."""
        if not self._hubs:
            return CanaryReport((), (), ())
        progress = progress_of(self._heartbeats, now, LOOK_BACK)
        partitions: list[PartitionHealth] = []
        alerts: list[Alert] = []
        unreachable: list[str] = []
        for hub in self._hubs:
            known = {
                str(row.values["partition"]): row for row in self._store.query(TABLE, safe_key(hub.name))
            }
            sent = {partition: _moment(row.values["sent"]) for partition, row in known.items()}
            try:
                healths = judged(hub.name, hub.ends(), progress, sent, now)
                hub.send([(health.partition, body_of(hub.name, health.partition, now)) for health in healths])
            except HubUnavailable as problem:
                log.warning("canary: %s", problem)
                unreachable.append(str(problem))
                alerts.append(_unreachable_alert(hub.name, str(problem), now, self._customer))
                continue
            partitions += healths
            for health in healths:
                row = known.get(health.partition)
                begun = _moment(row.values["since"]) if row and row.values.get("trouble") else None
                if (alert := _alert(health, begun, now, self._customer)) is not None:
                    alerts.append(alert)
        return CanaryReport(tuple(partitions), tuple(unreachable), tuple(alerts))

    def states(self, now: datetime) -> list[PartitionState]:
        """Every hub partition as the last look left it, those in trouble first; nothing is written."""
        found = [_state(row) for row in self._store.query(TABLE)]
        fresh = [one for one in found if now - one.sent <= FORGOTTEN_AFTER]
        return sorted(
            fresh,
            key=lambda one: (
                not one.trouble,
                one.state(now) == PROCESSED,
                one.hub,
                len(one.partition),
                one.partition,
            ),
        )

    def slowest(self, now: datetime) -> Arrival | None:
        """The newest canary of the partition from which none has come for the longest; None where there is none."""
        if not self._hubs:
            return None
        progress = progress_of(self._heartbeats, now, SLOWEST_WITHIN).values()
        arrivals = [one.arrival for one in progress if one.arrival is not None]
        return min(arrivals, key=lambda arrival: arrival.sent, default=None)

    def keep(self, report: CanaryReport, now: datetime) -> None:
        """Remembers what was sent and reported, once the alerts are stored."""
        rows = []
        for health in report.partitions:
            partition, key = safe_key(health.hub), safe_key(health.partition)
            before = self._store.get(TABLE, partition, key)
            since = (health.arrival.processed if health.arrival else health.sent) or now
            if health.trouble and before is not None and before.values.get("trouble"):
                since = _moment(before.values["since"])
            values: dict[str, RowValue] = {
                "hub": health.hub,
                "partition": health.partition,
                "sent": now.timestamp(),
                "trouble": health.trouble or "",
                "since": since.timestamp(),
                "behind": health.behind.total_seconds(),
            }
            if health.unprocessed is not None:
                values["unprocessed"] = health.unprocessed
            if health.arrival is not None:
                values["took"] = (health.arrival.processed - health.arrival.sent).total_seconds()
            rows.append(Row(partition, key, values))
        for group in transactions([Upsert(row) for row in rows]):
            self._store.commit(TABLE, group)


def _alert(health: PartitionHealth, begun: datetime | None, now: datetime, customer: str) -> Alert | None:
    """The alert about a partition whose trouble begins or ends at this look; None where nothing changed."""
    if (health.trouble is None) == (begun is None):
        return None
    ended = health.trouble is None
    # What was processed last stays the same while nothing is: raised again after a crash, the alert is the same.
    since = begun or (health.arrival.processed if health.arrival else health.sent) or now
    place = f"partition {health.partition} of hub {health.hub}"
    name = f"{'Processed again' if ended else 'Not processed'}: {place}"
    evidence: dict[str, object] = {
        "hub": health.hub,
        "partition": health.partition,
        "unprocessed_messages": health.unprocessed,
        "behind_seconds": int(health.behind.total_seconds()),
        "last_canary_sent": rfc3339(health.sent) if health.sent else None,
        "last_canary_processed": rfc3339(health.arrival.processed) if health.arrival else None,
    }
    return Alert(
        uid=event_uid(
            customer,
            "canary",
            "ended" if ended else "begun",
            health.hub,
            health.partition,
            int(since.timestamp()),
        ),
        rule="telltale.partition_processed" if ended else "telltale.partition_not_processed",
        name=name,
        severity=Severity.INFORMATIONAL if ended else Severity.HIGH,
        start=since,
        end=now,
        description="Messages of a hub partition are processed again."
        if ended
        else "Telemetry in this partition is not read: detectors miss it, and sources that send only there look "
        "silent.",
        message=name if ended else f"{name}; {health.trouble}",
        sub_type="Compliance Violation",
        techniques=() if ended else ("T1562.008",),
        tactics=() if ended else ("Defense Evasion",),
        status="Closed" if ended else "Active",
        confidence=90,
        source="telltale.canary",
        evidence=evidence,
        runbook=()
        if ended
        else (
            "Does the function app run? Look at its instances, and at the exceptions of collect.",
            "A failing batch is retried without end: look for StoreUnavailable (account, role, network).",
            "Is the hub throttled, or are its throughput units used up?",
        ),
        response=() if ended else ("Repair the cause; the hub keeps the messages until its retention ends.",),
        version="1",
        customer=customer,
    )


def _unreachable_alert(hub: str, problem: str, now: datetime, customer: str) -> Alert:
    """One a day for each hub that cannot be reached or refuses the canary."""
    day = datetime(now.year, now.month, now.day, tzinfo=UTC)
    return Alert(
        uid=event_uid(customer, "canary", "unreachable", hub, int(day.timestamp())),
        rule="telltale.canary_not_sent",
        name=f"No canary can be sent to hub {hub}",
        severity=Severity.MEDIUM,
        start=now,
        end=now,
        description="Without a canary, nobody notices when the collector stops processing a partition.",
        message=problem,
        sub_type="Compliance Violation",
        confidence=90,
        source="telltale.canary",
        evidence={"hub": hub, "problem": problem},
        runbook=(
            "Give the app's managed identity the role Azure Event Hubs Data Sender on the hub.",
            "Does the hub exist, and may the app reach it (network rules, private endpoint)?",
        ),
        version="1",
        customer=customer,
    )


def _state(row: Row) -> PartitionState:
    values = row.values
    took, unprocessed = values.get("took"), values.get("unprocessed")
    return PartitionState(
        str(values["hub"]),
        str(values["partition"]),
        _moment(values["sent"]),
        timedelta(seconds=float(took)) if took is not None else None,
        timedelta(seconds=float(values["behind"])),
        int(unprocessed) if unprocessed is not None else None,
        str(values.get("trouble", "")),
        _moment(values["since"]),
    )


def _moment(seconds: RowValue) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
