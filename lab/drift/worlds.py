"""Where and when a seed plays: a customer's calendar and sixty days of it, always over a change of the clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from shared.heartbeat.judgement.calendar import Calendar

DAYS: Final = 60


@dataclass(frozen=True)
class World:
    """A calendar, and the first hour (since 1970, UTC) of the sixty days."""

    calendar: Calendar
    first_hour: int

    @property
    def last_hour(self) -> int:
        """The first hour after them."""
        return self.first_hour + 24 * DAYS


def _hour(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) // 3600


_GERMANY: Final = Calendar(
    "Europe/Berlin",
    holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 10, 30), date(2026, 10, 2)}),
)
_UNITED_STATES: Final = Calendar(
    "America/New_York", holidays=frozenset({date(2026, 1, 19), date(2026, 2, 16), date(2026, 3, 13)})
)
_AUSTRALIA: Final = Calendar(
    "Australia/Sydney",
    frozenset(range(5)),
    frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 3, 20)}),
)
WORLDS: Final = (
    World(_GERMANY, _hour(2026, 2, 9)),  # spring forward on 29 March, Easter
    World(_UNITED_STATES, _hour(2026, 1, 26)),  # spring forward on 8 March
    World(_GERMANY, _hour(2026, 9, 7)),  # back on 25 October
    World(_AUSTRALIA, _hour(2026, 2, 16)),  # back on 5 April, Easter
)


def world(seed: int) -> World:
    """The world of a seed."""
    return WORLDS[seed % len(WORLDS)]
