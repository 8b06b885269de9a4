"""Damaged rows, clocks that jump, the same names in two tenants: handled, and visible where somebody must know."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.heartbeat.heartbeat_rows import TABLE as HEARTBEATS
from shared.heartbeat.source_watch import HEALTHY, SILENT
from shared.heartbeat.state import TABLE as SOURCES
from shared.storage import Row, RowValue, Upsert, safe_key
from tests.detection.probe import START
from tests.heartbeat.test_source_watch import BACK_RULE, ENTITY, SILENT_RULE, Life

SECONDS = START.timestamp()


def row_of(life: Life, table: str, partition: str) -> Row:
    return next(row for row in life.store.query(table, partition) if "entity" in row.values)


def damage(life: Life, table: str, partition: str, **values: RowValue) -> None:
    row = row_of(life, table, partition)
    life.store.commit(table, [Upsert(Row(partition, row.key, {**row.values, **values}))])


@pytest.mark.parametrize(
    "values",
    [
        {"memory": b"\xc1 no memory"},
        {"memory": "a text"},
        {"day": b"\xff"},
        {"first": "never", "event": "never", "lag": "long"},
        {"first": float("nan")},
        {"last": float("inf")},
        {"last": -1e300},
        {"entity": "too\x1fmany\x1fparts\x1fof\x1fit"},
        {"entity": 7},
    ],
)
def test_a_damaged_state_is_known_anew_and_harms_no_check(values: dict[str, RowValue]) -> None:
    life = Life()
    life.speak(0)
    life.watch(1)
    damage(life, SOURCES, "state", **values)
    life.speak(5)
    assert life.names(6) == []
    assert {state.entity: state.state for state in life.subject.sources()} == {ENTITY: HEALTHY}
    assert life.names(40) == [SILENT_RULE]


@pytest.mark.parametrize(
    "values",
    [
        {"count": -5, "slots": "-3,x,9", "lags": "-1", "minutes": -7},
        {"last": float("nan")},
        {"enqueued": "yesterday"},
        {"first": 1e300},
        {"entity": 3},
    ],
)
def test_a_damaged_count_harms_no_check(values: dict[str, RowValue]) -> None:
    life = Life()
    life.speak(0)
    life.watch(1)
    partition = safe_key("hub|0")
    damage(life, HEARTBEATS, partition, **values)
    assert life.names(6) == []
    life.restart()
    life.speak(7, tenantId="t2")  # a process that was just started reads the rows that it owns
    life.speak(8)
    assert life.names(9) == []
    assert all(state.count_24h >= 0 for state in life.subject.sources())
    assert life.names(45) == [SILENT_RULE, SILENT_RULE]


def test_rows_that_cannot_be_read_are_named() -> None:
    life = Life()
    life.speak(0)
    damage(life, HEARTBEATS, safe_key("hub|0"), entity=3)
    life.watch(1)
    assert len(life.subject.heartbeats.damaged) == 1
    assert "1 row of heartbeats damaged" in life.subject.status().attention


def test_a_clock_that_jumps_ahead_and_back_leaves_nothing_behind() -> None:
    life = Life()
    life.speak(0)
    life.watch(1)
    life.subject.telemetry.check(
        START + timedelta(days=20)
    )  # and before that is kept, somebody sets it right
    life.speak(5)
    assert life.names(6) == []
    assert {state.state for state in life.subject.sources()} == {HEALTHY}


def test_a_clock_that_goes_back_tells_nothing_twice() -> None:
    life = Life()
    life.speak(0)
    life.watch(1)
    assert life.names(31) == [SILENT_RULE]
    back = START + timedelta(minutes=10)
    _, alerts = life.subject.telemetry.check(back)
    assert [alert.rule for alert in alerts if alert.rule == SILENT_RULE] == []
    assert life.names(35) == []


def test_the_same_source_of_two_tenants_are_two_whose_names_never_mix() -> None:
    life = Life()
    life.speak(0, tenantId="Tenant-A")
    life.speak(0, tenantId="tenant-b")
    life.watch(1)
    life.speak(29, tenantId="tenant-a")
    (alert,) = life.watch(31)
    assert alert.entities["tenant_id"] == "tenant-b"
    life.speak(35, tenantId="tenant-b")
    assert [one.rule for one in life.back(36)] == [BACK_RULE]


def test_a_collector_that_was_off_for_a_week_catches_up_with_one_alert() -> None:
    life = Life()
    life.speak(0)
    life.watch(1)
    life.restart()
    week = 7 * 24 * 60
    assert life.names(week) == [SILENT_RULE]
    assert [state.state for state in life.subject.sources()] == [SILENT]


def test_a_hub_that_is_made_again_is_told_once_and_counted_on() -> None:
    life = Life()
    for minute in range(0, 50, 10):
        life.speak(minute)
    life.watch(51)
    life._number = 0  # the numbers begin anew
    life.speak(60)
    assert life.names(61) == ["telltale.hub_recreated"]
    life.restart()
    life.speak(70)
    assert [life.names(minute) for minute in (71, 80)] == [[], []]
    assert [(state.count_24h, state.state) for state in life.subject.sources()] == [(7, HEALTHY)]
