"""Read the time of a record, in every form that telemetry writes it.

Called by `Event.time` and by the tally. Canonical RFC 3339 is read by the interpreter's own parser; the other
forms (one-digit hours, US order, blanks inside, second 60, epoch numbers) are repaired first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

# Epoch numbers are told apart by magnitude: seconds, milli-, micro- and nanoseconds of the years 1973 to 5138.
# Each: up to which number it reaches, and how many of it make a second. Beyond 64 bits no reader keeps all digits.
_EPOCH_UNITS = ((10**11, 1), (10**14, 10**3), (10**17, 10**6), (2**64, 10**9))
_EPOCH_LEAST = 10**8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,12}))?)?"
_ZONE = r"(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?:\s*UTC)?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?:[T ]+{_CLOCK})?\s*{_ZONE}", re.IGNORECASE
)
_US = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"
    rf"(?:[ T,]+{_CLOCK})?\s*(?P<half>[AP]M)?\s*{_ZONE}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{9,20}(?:\.\d{1,9})?")
_SHORTEST, _LONGEST = 8, 64


FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)


def parse_time(value: object) -> datetime | None:
    """The moment that `value` names, in UTC, or None where it names none.

    A text without a zone is taken as UTC, slashes mean US order (month first), numbers are epoch seconds,
    milli-, micro- or nanoseconds by their magnitude. Digits beyond the microsecond are cut, never rounded.
    """
    if isinstance(value, str):
        return _parse_text(value) if len(value) <= _LONGEST else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _parse_epoch(value)
    return None


@lru_cache(maxsize=4096)
def _parse_text(text: str) -> datetime | None:
    if not _SHORTEST <= len(text) <= _LONGEST:
        return None
    if text[4] != "-":  # fromisoformat would also read 13 digits as a date and a time
        return _parse_repaired(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _parse_repaired(text)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def _parse_repaired(text: str) -> datetime | None:
    squeezed = re.sub(r"\s*([:/])\s*", r"\1", text.strip())
    match = _ISO.fullmatch(squeezed) or _US.fullmatch(squeezed)
    if match:
        return _build(match.groupdict())
    if _NUMBER.fullmatch(squeezed):
        return _parse_epoch(int(squeezed) if squeezed.isdigit() else float(squeezed))
    return None


def _build(part: Mapping[str, str | None]) -> datetime | None:
    hour, minute, second = (int(part[name] or 0) for name in ("hour", "minute", "second"))
    half = part.get("half")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.upper() == "PM" else 0)
    leap = timedelta(seconds=1) if second == 60 else timedelta()
    micros = int((part["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        year, month, day = (int(part[name] or 0) for name in ("year", "month", "day"))
        moment = datetime(year, month, day, hour, minute, min(second, 59), micros, tzinfo=UTC)
        return moment + leap - _offset(part["zone"])
    except (ValueError, OverflowError):
        return None


def _offset(zone: str | None) -> timedelta:
    if not zone or zone.upper() in {"Z", "UTC", "GMT"}:
        return timedelta()
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4] or 0))
    return offset if zone[0] == "+" else -offset


def _parse_epoch(number: int | float) -> datetime | None:
    if number < _EPOCH_LEAST:
        return None
    for most, unit in _EPOCH_UNITS:
        if number < most:
            whole, part = divmod(number, unit)
            micros = part * 10**6 // unit if isinstance(part, int) else round(part * 10**6 / unit)
            return _EPOCH + timedelta(seconds=int(whole), microseconds=micros)
    return None


def shifted(moment: datetime, by: timedelta) -> datetime:
    """`moment` and `by` together, within what a datetime can say: records may be of the year 1, or of 9999."""
    try:
        return moment + by
    except OverflowError:
        return LAST if by > timedelta(0) else FIRST


def from_seconds(seconds: float) -> datetime:
    """The moment so many seconds after 1970, within what a datetime can say: a float near its end rounds over it."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError):
        return LAST if seconds > 0 else FIRST


def rfc3339(moment: datetime) -> str:
    """`moment` as RFC 3339 text in UTC with microseconds, the form used in rows and output."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def utc_seconds(text: str) -> float | None:
    """Seconds since 1970 of a time that is written like `2026-03-10T09:00:00.1234567Z`; of other forms by parsing."""
    try:
        if text[16] == ":" and text[-1] == "Z":
            seconds = float(text[17:-1][:9])  # cut after the microsecond, never rounded
            if 0 <= seconds < 60:
                return _minute_seconds(text[:16]) + seconds
    except (ValueError, IndexError):
        pass
    moment = parse_time(text)
    return None if moment is None else moment.timestamp()


@lru_cache(maxsize=4096)
def _minute_seconds(minute: str) -> float:
    return datetime.fromisoformat(minute + ":00+00:00").timestamp()
