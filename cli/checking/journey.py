"""Sends a canary through every partition and a row into the workspace, and waits until both have come out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cli.azure_cli import shown
from cli.checking.access import hub_repair, without_repetition
from cli.checking.deployment import Deployment
from cli.checking.outcome import Line, ok, unknown, wrong
from cli.checking.workspace import CheckedWorkspace, WorkspaceUnavailable
from shared.alerts.alert_row import stamp
from shared.base.errors import TelltaleError
from shared.base.version import VERSION
from shared.heartbeat.heartbeat_rows import Heartbeats
from shared.storage import StorageError, safe_key
from shared.storage.owners import Owners
from shared.upkeep.canary.hub import EventHub, HubUnavailable, PartitionEnd
from shared.upkeep.canary.journey import Arrival, body_of, progress_of

SKEW: Final = timedelta(seconds=30)
"""Clocks that differ by more cost tokens and mislead what is judged by time; a way over the network is shorter."""

CHECK: Final = "Check"
"""The RowKind of the row that is sent; no rule looks at it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long something is waited for, and how long between two looks."""

    most: timedelta
    between: float = 3.0
    seconds: Callable[[], float] = field(default=time.monotonic)
    sleep: Callable[[float], None] = field(default=time.sleep)

    def until(self, found: Callable[[], bool]) -> bool:
        """Looks again and again; whether it was there in time."""
        end = self.seconds() + self.most.total_seconds()
        while not found():
            if self.seconds() >= end:
                return False
            self.sleep(self.between)
        return True

    @property
    def words(self) -> str:
        """The longest wait."""
        return f"{self.most.total_seconds():.0f} s"


def row_of(deployment: Deployment, identity: str, now: datetime) -> dict[str, object]:
    """The row that is sent to the table of health."""
    return {
        "TimeGenerated": stamp(now),
        "RowKind": CHECK,
        "Customer": deployment.settings.customer,
        "Version": VERSION,
        "Why": f"telltale check {identity}",
    }


def send(hub: EventHub, ends: Sequence[PartitionEnd], sent: datetime) -> None:
    """A canary through each partition; raises HubUnavailable."""
    hub.send([(end.partition, body_of(hub.name, end.partition, sent)) for end in ends])


def clock(hub: EventHub, sent: datetime, answered: datetime) -> Line:
    """The clock of this machine beside that of the hub, which took a canary between `sent` and `answered`."""
    try:
        enqueued = max(end.enqueued for end in hub.ends())
    except (HubUnavailable, ValueError) as problem:
        return unknown("clock", f"the hub does not say when it took the canary: {problem}")
    ahead = timedelta()
    if enqueued < sent:
        ahead = sent - enqueued
    elif enqueued > answered:
        ahead = answered - enqueued
    if abs(ahead) <= SKEW:
        return ok("clock", f"this machine and the hub agree within {SKEW.seconds} s")
    where = "ahead of" if ahead > timedelta() else "behind"
    detail = f"this machine's clock is {abs(ahead).total_seconds():.0f} s {where} the hub's"
    return wrong("clock", detail, "sudo timedatectl set-ntp true (Windows: w32tm /resync)")


def canary(
    deployment: Deployment, hub: EventHub, ends: Sequence[PartitionEnd], sent: datetime, patience: Patience
) -> Line:
    """Waits until every partition's canary is a row, which only the collector writes."""
    missing = {end.partition for end in ends}
    arrivals: list[Arrival] = []
    try:
        store = deployment.store()
    except (StorageError, TelltaleError) as error:
        return unknown("canary", f"the store cannot be read: {error}")

    def out() -> bool:
        progress = progress_of(Heartbeats(store, Owners(store)), sent, timedelta(hours=1))
        for partition in sorted(missing):
            found = progress.get(safe_key(f"{hub.name}|{partition}"))
            arrival = found.arrival if found else None
            if arrival is not None and arrival.sent >= sent - timedelta(seconds=1):
                missing.discard(partition)
                arrivals.append(arrival)
        return not missing

    try:
        came = patience.until(out)
    except StorageError as error:
        return wrong("canary", str(error), "repair the store first")
    finally:
        store.close()
    if came:
        # Whole seconds: where rows are read in bulk, they hold no more.
        slowest = max((one.processed - one.enqueued).total_seconds() for one in arrivals)
        early = min((one.processed - one.enqueued).total_seconds() for one in arrivals)
        if early < -SKEW.total_seconds():
            detail = f"the app's clock is {-early:.0f} s behind the hub's"
            return wrong("canary", detail, _restart(deployment))
        took = f"{max(slowest, 0):.0f} s after the hub took it"
        return ok("canary", f"came out of all {len(ends)} partitions of hub {hub.name}, {took}")
    names = ", ".join(sorted(missing))
    detail = f"sent through hub {hub.name}, and not out of partition {names} within {patience.words}"
    return wrong("canary", detail, _look(deployment))


def _look(deployment: Deployment) -> str:
    """Why nothing is processed stands in the app's log."""
    if deployment.app is None:
        return "look whether the collector runs, and at what it logs"
    return shown(["webapp", "log", "tail", *deployment.app.arguments])


def _restart(deployment: Deployment) -> str:
    if deployment.app is None:
        return "set the clock of the machine that the collector runs on"
    return shown(["functionapp", "restart", *deployment.app.arguments])


def not_sent(deployment: Deployment, hub: EventHub, problem: str) -> Line:
    """The canary was refused."""
    return wrong(
        "canary", f"cannot be sent: {without_repetition(problem)}", hub_repair(deployment, hub.name, problem)
    )


def row(workspace: CheckedWorkspace | None, identity: str, patience: Patience) -> Line:
    """Waits until the row that the rule took can be queried: accepted is not arrived."""
    if workspace is None:
        how = "telltale check --workspace WORKSPACE_GUID"
        return unknown(
            "row", "the row was accepted; without a workspace nobody can ask whether it arrived", how
        )
    try:
        came = patience.until(lambda: workspace.has_row(identity))
    except WorkspaceUnavailable as problem:
        return wrong("row", str(problem), problem.repair)
    if came:
        return ok("row", "arrived in the workspace and can be queried")
    detail = (
        f"accepted, and not in {workspace.table} within {patience.words}; a new table takes up to 15 minutes"
    )
    return wrong("row", detail, "telltale check --wait 15m")
