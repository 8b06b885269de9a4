"""Every form in which telemetry writes a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.times import parse_time, rfc3339, utc_seconds

NOON = datetime(2026, 2, 4, 7, 45, 44, tzinfo=UTC)


@pytest.mark.parametrize("digits", range(10))
def test_a_fraction_of_any_length_is_cut_at_the_microsecond(digits: int) -> None:
    fraction = "123456789"[:digits]
    text = "2026-02-04T07:45:44" + (f".{fraction}" if fraction else "") + "Z"
    micros = int(fraction[:6].ljust(6, "0")) if fraction else 0
    assert parse_time(text) == NOON.replace(microsecond=micros)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-04T07:45:44", NOON),
        ("2026-02-04 07:45:44", NOON),
        ("2026-02-04T09:45:44+02:00", NOON),
        ("2026-02-04T09:45:44+0200", NOON),
        ("2026-02-04T02:15:44-05:30", NOON),
        ("2026-02-04 07:45:44 UTC", NOON),
        ("2026-02-04 07:45:44 +0000 UTC", NOON),
        ("2026-02-04 07:45:44.000000000", NOON),
        ("2026-02-04T07: 45: 44.0000000Z", NOON),
        ("2026-02-04 7:45:44", NOON),
        ("2026-2-4 7:45:44Z", NOON),
        ("2/4/2026 7:45:44 AM", NOON),
        ("2/4/2026 7:45:44 PM", NOON + timedelta(hours=12)),
        ("2/4/2026 7:45:44 AM +00:00", NOON),
        ("2/4/2026 9:45:44 AM +02:00", NOON),
        ("2/4/2026 7:45:44\u202fAM", NOON),
        ("02/04/2026 07:45:44", NOON),
        ("2/4/2026 12:00:00 AM", NOON.replace(hour=0, minute=0, second=0)),
        ("2/4/2026 12:00:00 PM", NOON.replace(hour=12, minute=0, second=0)),
        ("2026-02-04T07:45:60Z", NOON.replace(minute=46, second=0)),
        ("2026-12-31T23:59:60.5Z", datetime(2027, 1, 1, microsecond=500_000, tzinfo=UTC)),
        ("2026-02-04", NOON.replace(hour=0, minute=0, second=0)),
        ("  2026-02-04T07:45:44Z  ", NOON),
        ("9999-12-31T23:59:59.9999999Z", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_every_form(text: str, moment: datetime) -> None:
    assert parse_time(text) == moment


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (1770191144, NOON),
        ("1770191144", NOON),
        (1770191144000, NOON),
        ("1770191144000", NOON),
        (1770191144123, NOON.replace(microsecond=123_000)),
        (1770191144123456, NOON.replace(microsecond=123_456)),
        (1770191144123456789, NOON.replace(microsecond=123_456)),
        ("1770191144123456789", NOON.replace(microsecond=123_456)),
        (1770191144.5, NOON.replace(microsecond=500_000)),
        ("1770191144.5", NOON.replace(microsecond=500_000)),
    ],
)
def test_epoch_numbers_are_told_apart_by_their_magnitude(number: object, moment: datetime) -> None:
    assert parse_time(number) == moment


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, "", " ", "-", "today", "12:00", "07:45:44", 0, -1, 44, float("nan"), float("inf"), 1e30,
        "2026-13-01T00:00:00Z", "2026-02-30", "13/31/2026", "31/12/2026 10:00:00", "SOMETHING-T08:44:02.89Z",
        "0001-01-01T00:00:00+05:00", "2026-02-04T25:00:00Z", "x" * 1000, {"a": 1}, ["2026-02-04"], b"2026-02-04",
    ],
)  # fmt: skip
def test_what_names_no_moment_gives_none(value: object) -> None:
    assert parse_time(value) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_is_read_again(moment: datetime) -> None:
    assert parse_time(rfc3339(moment)) == moment


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-14 * 60, 14 * 60))
def test_us_order_means_the_same_as_iso(moment: datetime, minutes: int) -> None:
    moment = moment.replace(year=1990 + moment.year % 100, microsecond=0, day=min(moment.day, 28))
    local = moment.astimezone(timezone(timedelta(minutes=minutes)))
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    day, clock = f"{local.month}/{local.day}/{local.year}", f"{local.hour % 12 or 12}:{local:%M:%S %p}"
    assert parse_time(f"{day} {clock} {sign}{hours:02}:{rest:02}") == moment


@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    parse_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-10T09:00:00Z",
        "2026-03-10T09:59:59.9999999Z",
        "2026-03-10T09:59:59.999999999999Z",
        "2026-03-10T09:59:59+02:00",
        "2026-03-10 09:00:00",
        "2026-03-10T09:99:99Z",
        "2026-13-10T09:00:00Z",
        "3/10/2026 9:00:00 AM",
        "",
        "T" * 30,
    ],
)
def test_seconds_of_a_usual_time_are_those_of_its_moment(text: str) -> None:
    moment, seconds = parse_time(text), utc_seconds(text)
    assert (moment is None) == (seconds is None)
    if moment is not None and seconds is not None:
        assert abs(moment.timestamp() - seconds) < 0.000_002
        assert int(moment.timestamp()) == int(seconds)
