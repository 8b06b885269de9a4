from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.base.clock import SystemClock, VirtualClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_system_clock_tells_utc() -> None:
    before = datetime.now(UTC)
    told = SystemClock().now()
    assert before <= told <= datetime.now(UTC)
    assert told.tzinfo is UTC


def test_a_virtual_clock_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(NOON)
    assert clock.now() == clock.now() == NOON
    assert clock.advance(1.5) == clock.now() == NOON + timedelta(seconds=1.5)


def test_a_virtual_clock_follows_records_but_never_goes_back() -> None:
    clock = VirtualClock(NOON)
    assert clock.advance_to(NOON + timedelta(hours=1)) == NOON + timedelta(hours=1)
    assert clock.advance_to(NOON) == clock.now() == NOON + timedelta(hours=1)
    with pytest.raises(ValueError, match="never goes back"):
        clock.advance(-1)


def test_a_virtual_clock_turns_other_zones_into_utc() -> None:
    in_berlin = datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1)))
    clock = VirtualClock(in_berlin)
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        VirtualClock(naive)
    with pytest.raises(ValueError, match="no time zone"):
        VirtualClock(NOON).advance_to(naive)
