"""Silent: sooner for what never pauses, later for what rarely speaks, never for a night or a weekend."""

from __future__ import annotations

from datetime import date

import pytest

from shared.heartbeat.judgement.calendar import Calendar
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.judgement.observation import HOUR, Hour, Observation
from shared.heartbeat.judgement.policy import Policy, Span
from tests.heartbeat.judgement.telemetry import (
    DAY,
    MONDAY,
    Entity,
    Rate,
    hourly,
    nightly,
    nothing,
    office,
    steady,
    trained,
    twice_a_day,
)

OPENED = (FindingKind.SILENT, Change.OPENED)
RECOVERED = (FindingKind.SILENT, Change.RECOVERED)


def minutes_until_silent(entity: Entity, at_most: float = 72.0) -> float:
    begin = entity.now
    while entity.now - begin < at_most * HOUR:
        entity.run(1 / 12, nothing)
        if FindingKind.SILENT in entity.open():
            return (entity.now - begin) / 60
    return -1.0


@pytest.mark.parametrize(
    ("rate", "at", "least", "most"),
    [
        (steady, 10, 10, 15),
        (office, 10, 10, 15),
        (hourly, 10, 15, 180 - 48),
        (twice_a_day, 10, 6 * 60, 60 * 60),
        (nightly, 4, 23 * 60, 24 * 60),
    ],
)
def test_is_told_when_it_pauses_longer_than_it_ever_did(
    rate: Rate, at: int, least: float, most: float
) -> None:
    entity = trained(rate, 28).run(at, rate)
    assert entity.told() == []
    assert least <= minutes_until_silent(entity) <= most
    assert entity.told() == [OPENED]


@pytest.mark.parametrize("rate", [steady, office, hourly, twice_a_day, nightly])
def test_a_week_as_all_others_tells_nothing(rate: Rate) -> None:
    assert trained(rate, 21).run(7 * DAY, rate).told() == []


def test_ends_when_it_speaks_again() -> None:
    entity = trained(steady).run(1, nothing).run(1, steady)
    assert entity.told() == [OPENED, RECOVERED]
    assert entity.open() == []


def test_began_with_the_last_record() -> None:
    entity = trained(steady).run(1, nothing)
    assert entity.judgement is not None
    (finding,) = (finding for finding in entity.judgement.open if finding.kind is FindingKind.SILENT)
    assert finding.since == entity.last


def test_an_outage_teaches_no_longer_pauses() -> None:
    entity = trained(steady)
    for _ in range(3):
        entity.run(5, nothing).run(3 * DAY - 5, steady)
    assert minutes_until_silent(entity) <= 15


def test_a_holiday_is_no_outage_where_it_is_declared() -> None:
    policy = Policy(calendar=Calendar(holidays=frozenset({date(2026, 2, 24)})))

    def closed_on_tuesday(hour: int, minute: int) -> int:
        return office(hour, minute) if hour // DAY != MONDAY // DAY + 1 else office(MONDAY - 24, minute)

    assert trained(office, policy=policy).run(3 * DAY, closed_on_tuesday).told() == []


def test_the_interval_that_the_customer_set_holds() -> None:
    entity = trained(steady).with_policy(interval=7_200.0)
    assert 120 <= minutes_until_silent(entity) <= 125


def test_until_its_pauses_are_known_those_of_its_kind_hold() -> None:
    entity = Entity(MONDAY * float(HOUR), Policy(usual_gap=3_600.0)).run(3, steady)
    assert 60 <= minutes_until_silent(entity) <= 65


def test_without_anything_known_nothing_is_said() -> None:
    assert minutes_until_silent(Entity(MONDAY * float(HOUR)).run(3, steady), 24) == -1


@pytest.mark.parametrize("keeps_to_utc", [True, False])
def test_a_batch_is_expected_by_its_own_clock_after_the_clocks_change(keeps_to_utc: bool) -> None:
    berlin = Policy(
        calendar=Calendar("Europe/Berlin")
    )  # summer time begins on 29 March 2026, five weeks later
    change = (MONDAY + 34 * DAY + 1) * HOUR

    def batch(hour: int, minute: int) -> int:
        return nightly(hour if keeps_to_utc or hour * HOUR < change else hour + 1, minute)

    entity = trained(nightly, 14, berlin).run(40 * DAY, batch, step=300)
    assert entity.told() == []
    assert 0 < minutes_until_silent(entity) <= 4 * 60 + 30  # until the night's batch should have come


def test_planned_work_is_silent_for_nobody_and_has_time_to_speak_again() -> None:
    entity = trained(hourly).run(10, hourly)
    end = entity.now + 3 * HOUR
    entity.with_policy(maintenance=(Span(entity.now, end, "move"),)).run(3, nothing)
    entity.run(1, hourly)
    assert entity.told() == []


def test_what_does_not_come_back_after_planned_work_is_told() -> None:
    entity = trained(steady).run(1, steady)
    entity.with_policy(maintenance=(Span(entity.now, entity.now + 3 * HOUR),)).run(3, nothing)
    assert entity.told() == []
    assert entity.run(0.5, nothing).told() == [OPENED]


def test_a_collector_that_is_behind_does_not_miss_what_it_has_not_read() -> None:
    entity = trained(steady)
    now = entity.now + 2 * HOUR
    judged = entity.check(Observation(now, entity.hours, entity.first, entity.last, behind=2.0 * HOUR))
    assert judged.verdicts == ()


def test_a_clock_that_goes_back_judges_nothing_anew() -> None:
    entity = trained(steady).run(1, steady)
    memory = entity.memory
    judged = entity.check(Observation(entity.now - 5 * HOUR, entity.hours, entity.first, entity.last))
    assert (judged.verdicts, judged.memory.folded, judged.silence) == ((), memory.folded, 0.0)


def test_a_clock_that_jumps_ahead_by_years_breaks_nothing() -> None:
    entity = trained(steady)
    judged = entity.check(Observation(4_102_444_800.0, entity.hours, entity.first, entity.last))
    assert [verdict.finding.kind for verdict in judged.verdicts if verdict.raises_alert] in (
        [],
        [FindingKind.SILENT],
    )
    assert len(judged.memory.to_bytes()) < 3_072


def test_negative_counts_of_a_damaged_row_count_as_nothing() -> None:
    entity = trained(steady).run(0.25, steady)
    hour = int(entity.now) // HOUR
    entity.hours[hour - 1] = Hour(slots=(-1_000,) * 12, minutes=1, undecoded=-5)
    assert entity.run(3, steady).memory.counts[-2:] != b""
    assert FindingKind.HIGH not in entity.open()
