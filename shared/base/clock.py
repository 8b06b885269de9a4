"""Where time comes from, so that a day can be replayed in a second.

Whatever needs to know "now" is handed a `Clock`: the functions get a `SystemClock`, the replay, the scenario
player and the tests a `VirtualClock` that follows the records. Every time is aware and in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol


class Clock(Protocol):
    """Tells the time of processing."""

    def now(self) -> datetime:
        """The present moment: aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment by the machine's clock: aware, in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is moved, and is never moved back. Safe to share between threads."""

    def __init__(self, start: datetime) -> None:
        self._lock = Lock()
        self._now = _in_utc(start)

    def now(self) -> datetime:
        """The moment that the clock was last moved to: aware, in UTC."""
        return self._now

    def advance_to(self, moment: datetime) -> datetime:
        """Move to `moment`, or stay where the clock is if that is later; returns the time it then shows.

        Records arrive out of order, so an earlier moment is no mistake. A moment without a time zone is:
        it raises ValueError.
        """
        moment = _in_utc(moment)
        with self._lock:
            self._now = max(self._now, moment)
            return self._now

    def advance(self, seconds: float) -> datetime:
        """Move on by `seconds` (not negative: ValueError); returns the time the clock then shows."""
        if seconds < 0:
            raise ValueError(f"a clock never goes back, so it cannot advance by {seconds} seconds")
        with self._lock:
            self._now += timedelta(seconds=seconds)
            return self._now


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; a clock needs one")
    return moment.astimezone(UTC)
