"""Compares what Microsoft Sentinel has accepted with what can be queried; for the timer, through the collector.

An answer of 204 says that the service has taken a row, not that it is in the table: a transformation may drop it, the
workspace may be at its daily cap, the rule may write elsewhere. What was delivered stands in the outbox for days, so
nothing is kept for this.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.alerts.alert import Alert
from shared.alerts.alert_columns import COLUMNS, TABLE
from shared.base.severity import Severity
from shared.delivery.outbox_rows import SENTINEL, Recent
from shared.delivery.trouble import Trouble, trouble_alert
from shared.upkeep.arrival.workspace import QueryRefused, Workspace

log = logging.getLogger("telltale.arrival")

PATIENCE: Final = timedelta(minutes=30)
"""How long a row may take from its acceptance until it can be queried; as a rule it takes some minutes, and up to a
quarter of an hour where the table is new ("Log data ingestion time in Azure Monitor" on Microsoft Learn).
"""

LOOK_BACK: Final = timedelta(hours=6)
"""How old a delivery may be that is asked about."""

MOST: Final = 200
"""Alerts of one query, the newest."""

SCANNED: Final = 1_000
"""Alerts that are looked through for them."""

CLOCKS_APART: Final = timedelta(hours=1)
"""How far the times of sending may lie from those noted, whatever the clocks of the instances say."""

SCHEMA_EVERY: Final = timedelta(hours=12)
"""How often a process looks at the columns of the table."""


@dataclass(frozen=True, slots=True)
class ArrivalReport:
    """What a look came to: how many accepted alerts were asked for, which of them cannot be queried, why there is no
    answer (empty: there is one), columns that the table lacks, and the alerts to raise.
    """

    asked: int = 0
    missing: tuple[Recent, ...] = ()
    problem: str = ""
    lacking: tuple[str, ...] = ()
    alerts: tuple[Alert, ...] = ()


class ArrivalWatch:
    """Looks whether accepted alerts arrive. `recent`: the alerts raised last, newest first, up to a number."""

    def __init__(self, workspace: Workspace, recent: Callable[[int], list[Recent]], customer: str) -> None:
        self._workspace = workspace
        self._recent = recent
        self._customer = customer
        self._schema_seen: datetime | None = None

    def run(self, now: datetime) -> ArrivalReport:
        """Asks for what was accepted between LOOK_BACK and PATIENCE ago. Raises StorageError.

        Where the identity may not query, the check is off; the log says so.
        """
        accepted = accepted_between(self._recent(SCANNED), now - LOOK_BACK, now - PATIENCE)[:MOST]
        if not accepted:
            return ArrivalReport()
        times = [datetime.fromisoformat(one.updated) for one in accepted]
        uids = [one.uid for one in accepted]
        problem = ""
        try:
            there = self._workspace.holds(uids, min(times) - CLOCKS_APART, max(times) + CLOCKS_APART)
        except QueryRefused as refused:
            problem = str(refused)
            log.warning("cannot check whether alerts arrive: %s", problem)
            if refused.why != "query":
                return ArrivalReport(len(accepted), problem=problem)
            there = frozenset()  # the table or its column EventUid is not there, so the rows are not either
        missing = tuple(one for one in accepted if one.uid not in there)
        lacking = self._lacking(now) if there else ()
        troubles = []
        if missing:
            troubles.append(not_arrived(missing, len(accepted), self._workspace.identity, problem))
        if lacking:
            troubles.append(old_table(lacking, self._workspace.identity))
        alerts = tuple(trouble_alert(one, SENTINEL, now, self._customer) for one in troubles)
        return ArrivalReport(len(accepted), missing, problem, lacking, alerts)

    def _lacking(self, now: datetime) -> tuple[str, ...]:
        """Columns of ours that the table does not have, looked up now and then; none where there is no answer."""
        if self._schema_seen is not None and now - self._schema_seen < SCHEMA_EVERY:
            return ()
        try:
            columns = self._workspace.columns()
        except QueryRefused as refused:
            log.warning("cannot read the columns of the table: %s", refused)
            return ()
        self._schema_seen = now
        return tuple(column.name for column in COLUMNS if column.name not in columns)


def accepted_between(recent: list[Recent], first: datetime, last: datetime) -> list[Recent]:
    """Those that were delivered between two moments."""
    return [
        one
        for one in recent
        if one.status == "delivered" and first <= datetime.fromisoformat(one.updated) <= last
    ]


def not_arrived(missing: tuple[Recent, ...], asked: int, workspace: str, problem: str) -> Trouble:
    """Accepted alerts that cannot be queried."""
    oldest = min(missing, key=lambda one: one.updated)
    said = f" The workspace says: {problem}" if problem else ""
    return Trouble(
        kind="not_arrived",
        title="Alerts that Sentinel accepted are not in its table",
        message=(
            f"Of {asked} alerts accepted more than {PATIENCE // timedelta(minutes=1)} minutes ago, {len(missing)} "
            f"cannot be queried in workspace {workspace}; the oldest was accepted at {oldest.updated[:19]}Z.{said}"
        ),
        fix=(
            "Look at the data collection rule's metric of transformation errors and at the workspace's daily cap and "
            "the table _LogOperation; check that the rule writes to this workspace."
        ),
        severity=Severity.HIGH,
        evidence={
            "asked": asked,
            "missing": len(missing),
            "event_uids": [one.uid for one in missing[:20]],
            "workspace": workspace,
        },
    )


def old_table(lacking: tuple[str, ...], workspace: str) -> Trouble:
    """The table is that of an older version, and what its columns have no room for is lost without a word."""
    return Trouble(
        kind="missing_columns",
        title="Alerts arrive without some columns: the table in the workspace lacks them",
        message=f"The table {TABLE} of workspace {workspace} has no {', '.join(lacking)}.",
        fix="Deploy the table and the data collection rule of this version.",
        evidence={"columns": list(lacking), "workspace": workspace},
    )
