"""The queue of one outlet: paused while the outlet is down, drained slowly afterwards, its troubles reported.

`fan_out.py` has one for each outlet; they know nothing of each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from threading import Lock
from typing import Final

from shared.alerts.alert_row import stamp
from shared.base.clock import Clock
from shared.delivery._breaker import Allowed, Breaker
from shared.delivery.outbox import Outbox
from shared.delivery.outbox_rows import RANKS, Entry, rank
from shared.delivery.outlet import DeliveryReport, Outlet, send
from shared.delivery.trouble import AN_HOUR, Trouble

LIMIT: Final = 500
"""Alerts of one delivery."""

FIRST_AFTER_FAILURE: Final = 1
"""Alerts of a call after a failed one; one more with each that succeeds. What is sent and not answered is sent again,
so that calls are small while answers get lost.
"""


class Pace:
    """How many alerts of each severity may be caught up with: `a_minute`, and as many at once after a rest.

    Thread-safe.
    """

    def __init__(self, a_minute: int, clock: Clock) -> None:
        self._a_minute = a_minute
        self._clock = clock
        self._lock = Lock()
        self._room = dict.fromkeys((*RANKS.values(), len(RANKS)), float(a_minute))
        self._filled = clock.now()

    def room(self) -> dict[int, int]:
        """How many of each rank may go now."""
        now = self._clock.now()
        with self._lock:
            more = (now - self._filled) / timedelta(minutes=1) * self._a_minute
            self._filled = now
            for place, room in self._room.items():
                self._room[place] = min(room + more, float(self._a_minute))
            return {place: int(room) for place, room in self._room.items()}

    def spend(self, entries: Iterable[Entry]) -> None:
        """These are on their way."""
        with self._lock:
            for place, count in Counter(map(rank, entries)).items():
                self._room[place] = max(self._room[place] - count, 0.0)


class OutletQueue:
    """The way of the alerts to `outlet`, called `name` in the outbox. Thread-safe.

    `catch_up`: of each severity, how many alerts that had to wait are sent a minute; None is as many as there are.
    What a batch has just raised is never held back by it.
    """

    def __init__(
        self,
        name: str,
        outlet: Outlet,
        clock: Clock,
        *,
        catch_up: int | None = None,
        random: Random | None = None,
    ) -> None:
        self.name = name
        self.outlet = outlet
        self.breaker = Breaker(clock, random)
        self._clock = clock
        self._pace = Pace(catch_up, clock) if catch_up is not None else None
        self._begun: dict[str, datetime] = {}
        self._most = LIMIT

    def deliver(
        self, outbox: Outbox, *, only_added: bool = False, seconds: float | None = None
    ) -> DeliveryReport:
        """Sends what is due, or just what `outbox` has added itself; one alert first where the outlet was down, then
        one more with each call.

        The report's troubles are those that have lasted long enough for an alert. Raises StorageError
        where the store is down.
        """
        if only_added and not outbox.has_added(self.name):
            return DeliveryReport()
        allowed = self.breaker.allowed()
        if allowed is Allowed.NOTHING:
            until = self.breaker.until or self._clock.now()
            return DeliveryReport(problem=f"{self.name} is paused until {stamp(until)}", halted=True)
        tried = DeliveryReport()
        if allowed is Allowed.ONE:
            tried = self._send(outbox, 1, seconds, only_added=only_added)
            if tried == DeliveryReport():
                self.breaker.unused()
                return tried
            if tried.halted:
                return tried
        left = LIMIT
        while left > 0 and not tried.halted:
            most = min(self._most, left)
            sent = self._send(outbox, most, seconds, only_added=only_added)
            if sent == DeliveryReport():
                break
            tried = tried.and_then(sent)
            left -= most
            if seconds is not None:
                break  # the events of a batch wait: the timer sends the rest
        return tried

    def _send(self, outbox: Outbox, limit: int, seconds: float | None, *, only_added: bool) -> DeliveryReport:
        if only_added:
            entries = outbox.claim_added(limit, self.name)
        else:
            entries = outbox.claim_due(limit, self.name, self._pace.room() if self._pace else None)
            if self._pace is not None:
                self._pace.spend(entries)
        if not entries:
            return DeliveryReport()
        report = send(outbox, self.outlet, entries, seconds)
        if report.halted:
            self.breaker.failed(report.retry_after)
            self._most = FIRST_AFTER_FAILURE
        elif report.delivered or report.dead:
            self.breaker.succeeded()
            self._most = min(self._most + 1, LIMIT)
        return replace(report, troubles=tuple(self._lasting(report)))

    def _lasting(self, report: DeliveryReport) -> Iterable[Trouble]:
        """The troubles that are worth an alert by now; those that are gone are forgotten."""
        now = self._clock.now()
        troubles = list(report.troubles)
        since = self.breaker.since
        if report.halted and since is not None:
            troubles.append(_unreachable(self.name, report.problem or "", since))
        current = {trouble.kind for trouble in troubles}
        self._begun = {kind: begun for kind, begun in self._begun.items() if kind in current}
        for trouble in troubles:
            begun = self._begun.setdefault(trouble.kind, now)
            if now - begun >= trouble.patience:
                yield trouble


def _unreachable(name: str, problem: str, since: datetime) -> Trouble:
    return Trouble(
        kind="unreachable",
        title=f"No alert could be delivered to {name} for more than an hour",
        message=f"Since {stamp(since)[:19]}Z nothing was taken; the last answer: {problem}",
        fix="Look at what the last answer says; the alerts are kept and follow by themselves.",
        patience=AN_HOUR,
    )
