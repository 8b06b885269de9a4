"""Keeps the differences between what is expected, configured and arriving; for the timer `watch_log_settings`.

Table `logsettings`: a row per difference that is or was there, with since when, and how many times it has begun. So a
difference raises one alert when it begins and one when it ends; after a crash the same alert is raised again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from shared.alerts.alert import Alert, event_uid
from shared.base.severity import Severity
from shared.coverage.attack import tactics_of
from shared.detection.detector import Detector
from shared.storage import Delete, Operation, Row, RowValue, Store, Upsert, transactions
from shared.upkeep.log_settings._arm_answers import read_resources, read_retention
from shared.upkeep.log_settings._compare import (
    Difference,
    Expectation,
    Lack,
    Seen,
    compared,
    retention,
)
from shared.upkeep.log_settings._repair_command import repair_of
from shared.upkeep.log_settings.arm import Arm
from shared.upkeep.log_settings.deployed import Deployed

log = logging.getLogger("telltale.log_settings")

TABLE = "logsettings"
PARTITION = "difference"
FORGOTTEN_AFTER = timedelta(days=95)
UNKNOWN_RULE = "<id of the namespace's sending rule>"
MOST_ALERTS = 25
"""Differences of one kind, type and category that begin together and get an alert each; more share one alert."""


@dataclass(frozen=True, slots=True)
class DesiredLogSettings:
    """What a customer declared: settings by resource type, retention (workspace, table, days), and where to send.

    rare: categories (folded) of which only the setting is compared.
    """

    settings: tuple[Expectation, ...] = ()
    retention: tuple[tuple[str, str, int], ...] = ()
    hub_rule: str = UNKNOWN_RULE
    rare: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownDifference:
    """A difference as it is kept. open: it is there at the moment; number: how many times it has begun."""

    difference: Difference
    since: datetime
    number: int
    open: bool

    @property
    def what(self) -> str:
        """What the difference is, in words."""
        return _WORDS[self.difference.lack]


@dataclass(frozen=True, slots=True)
class LogSettingsReport:
    """What a run saw: all differences, the states to keep, and the alerts to raise."""

    differences: tuple[Difference, ...]
    states: tuple[KnownDifference, ...]
    alerts: tuple[Alert, ...]


class LogSettingsWatch:
    """Compares the three columns of one customer. listeners: the detectors that read a category (folded)."""

    def __init__(
        self,
        store: Store,
        wanted: DesiredLogSettings,
        deployed: Deployed,
        listeners: Callable[[str], Sequence[Detector]],
        customer: str,
    ) -> None:
        self._store = store
        self.wanted = wanted
        self._deployed = deployed
        self._listeners = listeners
        self._customer = customer

    @property
    def is_declared(self) -> bool:
        """Whether anything is expected: without, nothing is read."""
        return bool(self.wanted.settings or self.wanted.retention)

    def run(self, arm: Arm, seen: Seen, now: datetime) -> LogSettingsReport:
        """Reads and compares; the caller raises the alerts, then calls `keep`."""
        problems: list[Difference] = []
        types = {one.resource_type for one in self.wanted.settings}
        resources = read_resources(arm, types, problems, self._deployed.app)
        tables = read_retention(arm, {workspace for workspace, _, _ in self.wanted.retention}, problems)
        unread = {difference.subject.casefold() for difference in problems}
        differences = [
            *compared(self.wanted.settings, resources, seen, self._deployed.hubs, now, self.wanted.rare),
            *retention([one for one in self.wanted.retention if one[0].casefold() not in unread], tables),
            *problems,
        ]
        return self._reported(differences, unread, now)

    def _reported(
        self, differences: Sequence[Difference], unread: set[str], now: datetime
    ) -> LogSettingsReport:
        known = {state.difference.key: state for state in self.states()}
        current = {difference.key: difference for difference in differences}
        states: list[KnownDifference] = []
        begun: list[KnownDifference] = []
        ended: list[KnownDifference] = []
        for key, difference in current.items():
            before = known.get(key)
            if before is not None and before.open:
                states.append(KnownDifference(difference, before.since, before.number, open=True))
                continue
            state = KnownDifference(difference, now, before.number + 1 if before else 1, open=True)
            states.append(state)
            begun.append(state)
        for key, before in known.items():
            if key in current:
                continue
            if before.open and not _is_unread(before.difference, unread):
                ended.append(before)
                states.append(KnownDifference(before.difference, now, before.number, open=False))
            else:
                states.append(before)
        return LogSettingsReport(tuple(differences), tuple(states), tuple(self._alerts(begun, ended, now)))

    def _alerts(
        self, begun: Iterable[KnownDifference], ended: Iterable[KnownDifference], now: datetime
    ) -> list[Alert]:
        groups: dict[tuple[str, str, str], list[KnownDifference]] = {}
        for state in begun:
            one = state.difference
            if one.lack is not Lack.NOT_EXPECTED:
                groups.setdefault((one.lack.value, one.resource_type, one.category), []).append(state)
        alerts: list[Alert] = []
        for group in groups.values():
            if len(group) > MOST_ALERTS:
                alerts.append(self._alert(group, now, closed=False))
            else:
                alerts += [self._alert([state], now, closed=False) for state in group]
        return alerts + [
            self._alert([state], state.since, closed=True)
            for state in ended
            if state.difference.lack is not Lack.NOT_EXPECTED
        ]

    def _alert(self, group: Sequence[KnownDifference], since: datetime, *, closed: bool) -> Alert:
        one = group[0].difference
        readers = self._listeners(one.category.casefold()) if one.category else ()
        techniques = tuple(dict.fromkeys(t for detector in readers for t in detector.techniques))
        what = group[0].what
        of = f"{one.category} of " if one.category else ""
        place = f"{len(group)} resources of {one.resource_type}" if len(group) > 1 else _short(one.subject)
        name = f"{'Repaired: ' if closed else ''}{what}: {of}{place}"
        numbers = [f"{state.difference.subject.lower()}#{state.number}" for state in group]
        repairs = [
            repair_of(state.difference, self.wanted.hub_rule, self._deployed) for state in group[:MOST_ALERTS]
        ]
        blind = f"; {len(readers)} detectors read it" if readers else ""
        return Alert(
            uid=event_uid(
                self._customer, "log_settings", one.lack.value, one.category.casefold(), closed, *numbers
            ),
            rule=f"telltale.{one.lack.value}",
            name=name,
            severity=Severity.INFORMATIONAL if closed else Severity.MEDIUM if readers else Severity.LOW,
            start=since,
            end=since,
            description="What is not logged to the collector is not seen by any detector."
            if one.lack is not Lack.SHORT_LIVED
            else "Rows that are gone cannot be searched when an old intrusion comes to light.",
            message=f"{name}; {one.detail}{blind}",
            sub_type="Compliance Violation",
            techniques=() if closed else ("T1562.008",),
            tactics=() if closed else tactics_of(("T1562.008",)),
            status="Closed" if closed else "Active",
            confidence=95,
            entities={"resource_id": one.subject}
            if one.subject.lower().startswith("/subscriptions/")
            else {},
            source="telltale.log_settings",
            evidence={
                "category": one.category,
                "resource_type": one.resource_type,
                "subjects": [state.difference.subject for state in group[:MOST_ALERTS]],
                "detail": one.detail,
                "blind_detectors": [detector.id for detector in readers],
                "blind_techniques": list(techniques),
            },
            runbook=() if closed else ("Who changed it last? Search azure.activity for DIAGNOSTICSETTINGS.",),
            response=() if closed else tuple(repairs),
            version="1",
            customer=self._customer,
        )

    def states(self) -> list[KnownDifference]:
        """Every difference that is or was there."""
        return [_known(row) for row in self._store.query(TABLE, PARTITION)]

    def differences(self) -> list[KnownDifference] | None:
        """What is not as declared now, the oldest first; None where nothing is declared: nothing is compared then."""
        if not self.is_declared:
            return None
        lasting = [state for state in self.states() if state.open]
        return sorted(lasting, key=lambda state: (state.since, state.difference.key))

    def keep(self, report: LogSettingsReport, now: datetime) -> None:
        """Remembers the states, after their alerts are safe."""
        operations: list[Operation] = []
        for state in report.states:
            row = _row(state)
            if not state.open and now - state.since > FORGOTTEN_AFTER:
                operations.append(Delete(row.partition, row.key))
            else:
                operations.append(Upsert(row))
        for group in transactions(operations):
            self._store.commit(TABLE, group)


_WORDS = {
    Lack.NOT_CONFIGURED: "Not logged",
    Lack.ELSEWHERE: "Not logged to the collector",
    Lack.NOT_ARRIVING: "Configured, but does not arrive",
    Lack.SHORT_LIVED: "Retention too short",
    Lack.NOT_READABLE: "Logging could not be checked",
    Lack.NOT_EXPECTED: "Not declared",
}


def _is_unread(difference: Difference, unread: set[str]) -> bool:
    """Whether the part that a difference is about could not be read this time, so that nothing is known of it."""
    subject = difference.subject.casefold()
    return "/" in unread or any(subject == part or subject.startswith(part + "/") for part in unread)


def _short(subject: str) -> str:
    return subject.rstrip("/").rpartition("/")[2] or subject


def _row(state: KnownDifference) -> Row:
    one = state.difference
    values: dict[str, RowValue] = {
        "lack": one.lack.value,
        "subject": one.subject[:2_000],
        "category": one.category[:200],
        "type": one.resource_type[:200],
        "detail": one.detail[:1_000],
        "days": one.days,
        "since": state.since.timestamp(),
        "number": state.number,
        "open": state.open,
    }
    digest = blake2b("\x1f".join(one.key).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return Row(PARTITION, digest, values)


def _known(row: Row) -> KnownDifference:
    values = row.values
    difference = Difference(
        Lack(str(values["lack"])),
        str(values["subject"]),
        str(values["category"]),
        str(values["type"]),
        str(values["detail"]),
        int(values["days"]),
    )
    since = datetime.fromtimestamp(float(values["since"]), UTC)
    return KnownDifference(difference, since, int(values["number"]), bool(values["open"]))
