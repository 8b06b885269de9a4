"""Delivers the outbox to every outlet, each at its own pace, and raises alerts about what needs a person.

The collector calls it at the end of a batch, where it may take seconds and must never raise, and from the timer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import monotonic
from typing import Final

from shared.alerts.text import neutralised
from shared.delivery._outlet_queue import OutletQueue
from shared.delivery.outbox import Outbox
from shared.delivery.outlet import DeliveryReport, Outlet
from shared.delivery.trouble import Trouble, trouble_alert

log = logging.getLogger("telltale.delivery")

BATCH_SECONDS: Final = 5.0
"""How long delivery may hold up the events of a batch, all outlets together."""


class FanOut:
    """The queues of one collector, one an outlet. `seconds` is the clock of the budget of a batch."""

    def __init__(
        self,
        outbox: Outbox,
        outlets: Mapping[str, Outlet],
        customer: str,
        *,
        catch_up: int | None = None,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self.queues = [
            OutletQueue(name, outlet, outbox.clock, catch_up=catch_up) for name, outlet in outlets.items()
        ]
        self._outbox = outbox
        self._customer = customer
        self._seconds = seconds

    def deliver(self, *, only_added: bool) -> DeliveryReport:
        """Sends what is due, or what this process has just added; never raises.

        The report is that of the first outlet, with the first problem of any.
        """
        if not self.queues:
            return DeliveryReport(problem="no outlet is configured, alerts stay in the outbox")
        end = self._seconds() + BATCH_SECONDS
        reports = [
            self._deliver(
                queue, max(end - self._seconds(), 0.0) if only_added else None, only_added=only_added
            )
            for queue in self.queues
        ]
        problems = [
            f"{queue.name}: {report.problem}"
            for queue, report in zip(self.queues, reports, strict=True)
            if report.problem
        ]
        for problem in problems:
            log.warning("delivery to %s", neutralised(problem))
        return replace(reports[0], problem=problems[0] if problems else None)

    def _deliver(self, queue: OutletQueue, seconds: float | None, *, only_added: bool) -> DeliveryReport:
        if seconds is not None and seconds <= 0:
            return DeliveryReport(problem="no time is left in this batch; the timer sends the rest")
        try:
            report = queue.deliver(self._outbox, only_added=only_added, seconds=seconds)
            for trouble in report.troubles:
                self.report(trouble, queue.name)
        except Exception as error:  # noqa: BLE001 - delivery never blocks events: what was not sent stays in the outbox
            return DeliveryReport(problem=f"{type(error).__name__}: {error}", halted=True)
        return report

    def report(self, trouble: Trouble, outlet: str) -> None:
        """Raises the health alert about `trouble`, unless it was raised today. Raises StorageError."""
        self._outbox.add([trouble_alert(trouble, outlet, self._outbox.clock.now(), self._customer)])

    def close(self) -> None:
        """Lets go of the outlets' connections."""
        for queue in self.queues:
            close = getattr(queue.outlet, "close", None)
            if close is not None:
                close()
