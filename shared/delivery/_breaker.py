"""Pauses delivery to an outlet that does not answer: the circuit breaker of `_outlet_queue.py`.

    closed      everything is sent
    open        nothing is sent until the pause is over; pauses grow from seconds to minutes
    half open   one alert is sent, by whoever asks first; its result closes or opens the breaker again

So an outage costs one short call per pause, not one per batch. If an answer is lost after the rows were taken, one row
is sent twice, not hundreds.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from random import Random
from threading import Lock
from typing import Final

from shared.base.clock import Clock

FIRST_PAUSE: Final = timedelta(seconds=2)
LONGEST_PAUSE: Final = timedelta(minutes=5)
LONGEST_ASKED_PAUSE: Final = timedelta(hours=1)
"""How long a service's Retry-After is honoured at most."""

PROBE: Final = timedelta(minutes=1)
"""A probe without a result for this long counts as lost, and another may try."""


class Allowed(Enum):
    """What may be sent now."""

    ALL = "all"
    ONE = "one"
    NOTHING = "nothing"


class Breaker:
    """The state of one outlet in this process. Thread-safe."""

    def __init__(self, clock: Clock, random: Random | None = None) -> None:
        self._clock = clock
        self._random = random or Random()  # noqa: S311 - spreads retries, guards nothing
        self._lock = Lock()
        self._failures = 0
        self._since: datetime | None = None
        self._until: datetime | None = None

    @property
    def until(self) -> datetime | None:
        """The end of the pause; None while everything goes well."""
        return self._until

    @property
    def since(self) -> datetime | None:
        """When the outlet failed first, since when it has taken nothing; None while everything goes well."""
        return self._since

    def allowed(self) -> Allowed:
        """What may be sent now. A caller that may send ONE must report the result, or another may try after `PROBE`."""
        now = self._clock.now()
        with self._lock:
            if self._until is None:
                return Allowed.ALL
            if now < self._until:
                return Allowed.NOTHING
            self._until = now + PROBE
            return Allowed.ONE

    def unused(self) -> None:
        """Nothing was sent although ONE was allowed: there was nothing to send."""
        with self._lock:
            if self._until is not None:
                self._until = self._clock.now()

    def succeeded(self) -> None:
        """The outlet has taken something."""
        with self._lock:
            self._failures = 0
            self._since = self._until = None

    def failed(self, retry_after: float | None = None) -> None:
        """The outlet has taken nothing; `retry_after` in seconds where it asked for a pause."""
        now = self._clock.now()
        with self._lock:
            pause = min(FIRST_PAUSE * 2.0 ** min(self._failures, 20), LONGEST_PAUSE)
            pause *= 0.5 + self._random.random() / 2
            if retry_after is not None:
                pause = max(pause, min(timedelta(seconds=min(retry_after, 1e6)), LONGEST_ASKED_PAUSE))
            self._failures += 1
            self._since = self._since or now
            self._until = now + pause
