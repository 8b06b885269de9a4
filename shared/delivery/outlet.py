"""Sends alerts of the outbox into Sentinel, or into whatever else takes rows.

`_outlet_queue.py` calls it after every batch that raised alerts and by the timer that retries; `sentinel.py` is the
outlet of a real deployment and of the local endpoint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from shared.alerts.alert_row import stamp
from shared.delivery.outbox import Outbox
from shared.delivery.outbox_rows import Entry
from shared.delivery.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of the rows, by their index; what is in neither set was not taken and may be sent again.

    `problem` says why rows were left, for people; `retry_after` in seconds where the service asked for a
    pause. `troubles` need a person. `out_of_time`: rows were left for want of time, not of an answer.
    """

    delivered: frozenset[int] = frozenset()
    rejected: Mapping[int, str] = field(default_factory=dict)
    problem: str | None = None
    retry_after: float | None = None
    troubles: tuple[Trouble, ...] = ()
    out_of_time: bool = False


class Outlet(Protocol):
    """Takes rows. It does not raise for what the other side does: it says so in its Reply."""

    def send(self, rows: Sequence[Mapping[str, object]], seconds: float | None = None) -> Reply:
        """Sends the rows, in one or many calls, within about `seconds`, and says what became of each."""
        ...


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """How many alerts were delivered, will be retried, or were refused for good; and the problem, if there
    is one. `halted`: the outlet took no more; `retry_after` and `troubles` as in its reply.
    """

    delivered: int = 0
    retried: int = 0
    dead: int = 0
    problem: str | None = None
    halted: bool = False
    retry_after: float | None = None
    troubles: tuple[Trouble, ...] = ()

    def and_then(self, later: DeliveryReport) -> DeliveryReport:
        """Both, one after the other."""
        return DeliveryReport(
            self.delivered + later.delivered,
            self.retried + later.retried,
            self.dead + later.dead,
            later.problem or self.problem,
            later.halted,
            later.retry_after,
            self.troubles + later.troubles,
        )


def send(outbox: Outbox, outlet: Outlet, entries: Sequence[Entry], seconds: float | None) -> DeliveryReport:
    """Sends entries that were claimed and records what became of them.

    Rows get the time of sending as TimeGenerated, so that an alert that had to wait is still new to the rules of
    Sentinel.
    """
    now = stamp(outbox.clock.now())
    rows = [{**entry.row, "TimeGenerated": now} for entry in entries]
    try:
        reply = outlet.send(rows) if seconds is None else outlet.send(rows, seconds)
    except Exception as error:  # noqa: BLE001 - an outlet that breaks must not keep the alerts from being retried
        reply = Reply(problem=f"the outlet failed with {type(error).__name__}: {error}")
    outbox.delivered(entry for index, entry in enumerate(entries) if index in reply.delivered)
    for index, reason in reply.rejected.items():
        outbox.dead(entries[index], reason)
    waiting = [
        entry
        for index, entry in enumerate(entries)
        if index not in reply.delivered and index not in reply.rejected
    ]
    problem = reply.problem
    if waiting:
        problem = problem or "the outlet left rows unsent"
        outbox.failed(waiting, problem, reply.retry_after)
    elif reply.rejected and problem is None:
        problem = next(iter(reply.rejected.values()))
    return DeliveryReport(
        delivered=len(entries) - len(waiting) - len(reply.rejected),
        retried=len(waiting),
        dead=len(reply.rejected),
        problem=problem,
        halted=bool(waiting) and not reply.out_of_time,
        retry_after=reply.retry_after,
        troubles=reply.troubles,
    )
