"""After a long pause of the watch, as much history is made up for as fits into memory."""

from __future__ import annotations

import pytest

from shared.heartbeat import _gathering as gathering
from shared.heartbeat._gathering import FEW_HOURS, bounded
from tests.heartbeat.test_source_watch import Life

HOURS = 100


@pytest.fixture
def life() -> Life:
    """Four sources that spoke in each of some hours."""
    found = Life()
    for hour in range(HOURS):
        for tenant in range(4):
            found.speak(60 * hour, tenantId=f"t{tenant}")
    return found


@pytest.mark.parametrize(("rows", "kept"), [(1_000_000, HOURS), (200, 50), (80, 20), (4, FEW_HOURS)])
def test_as_many_hours_are_read_as_their_rows_fit(
    rows: int, kept: int, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_ROWS", rows)
    first = life.subject.heartbeats.first_hour()
    assert first is not None
    hours = range(first, first + HOURS)
    read = bounded(life.subject.heartbeats, hours)
    assert (len(read), read.stop) == (kept, hours.stop)


def test_a_few_hours_are_read_without_asking(life: Life) -> None:
    hours = range(10, 10 + FEW_HOURS)
    assert bounded(life.subject.heartbeats, hours) == hours
