"""The customer's calendar: what local time an hour has, and whether its day is a working day.

Hours are hours since 1970 in UTC, as everywhere; the local time is asked for each, so that daylight saving time is
a matter of the time zone's own rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo


class LocalHour(NamedTuple):
    """An hour as the customer's clock shows it. offset: seconds by which that clock is ahead of UTC."""

    day: date
    hour: int
    offset: int
    working: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """Time zone (IANA name), working days (Monday is 0) and days on which nobody works although others would."""

    zone: str = "UTC"
    working_days: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()

    def local(self, hour: int) -> LocalHour:
        """The local hour in which the UTC hour begins."""
        return _local(self, hour)


EVERY_DAY_UTC: Final = Calendar()
"""The calendar of a customer who declared none: UTC, Monday to Friday, no holidays."""


@lru_cache(maxsize=32)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=20_000)
def _local(calendar: Calendar, hour: int) -> LocalHour:
    moment = datetime.fromtimestamp(hour * 3600, UTC).astimezone(_zone(calendar.zone))
    offset = moment.utcoffset()
    day = moment.date()
    working = day.weekday() in calendar.working_days and day not in calendar.holidays
    return LocalHour(day, moment.hour, int(offset.total_seconds()) if offset else 0, working)
