"""Low and high: against the same hours of other weeks, and by how far volume swings as a rule."""

from __future__ import annotations

from random import Random

import pytest

from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.judgement.policy import Policy
from tests.heartbeat.judgement.telemetry import (
    DAY,
    MONDAY,
    Entity,
    Rate,
    hourly,
    nightly,
    office,
    steady,
    trained,
)

LOW = (FindingKind.LOW, Change.OPENED)
HIGH = (FindingKind.HIGH, Change.OPENED)


def times(rate: Rate, factor: float) -> Rate:
    def changed(hour: int, minute: int) -> int:
        return round(rate(hour, minute) * factor)

    return changed


@pytest.mark.parametrize("rate", [steady, office, hourly])
def test_a_drop_to_30_percent_is_low_within_two_hours(rate: Rate) -> None:
    entity = trained(rate, 28).run(9, rate)
    assert entity.run(2, times(rate, 0.3)).told() == [LOW]


@pytest.mark.parametrize("rate", [steady, office, hourly])
def test_ten_times_as_much_is_high_within_two_hours(rate: Rate) -> None:
    entity = trained(rate, 28).run(9, rate)
    assert entity.run(2, times(rate, 10)).told() == [HIGH]


def test_a_batch_that_brings_a_third_is_low_when_its_hour_is_over() -> None:
    assert trained(nightly, 28).run(5, times(nightly, 0.3)).told() == [LOW]


def test_is_over_when_volume_is_back() -> None:
    entity = trained(steady, 28).run(3, times(steady, 0.3)).run(3, steady)
    assert entity.told() == [LOW, (FindingKind.LOW, Change.RECOVERED)]


def test_two_thirds_are_neither_low_nor_reason_to_end_it() -> None:
    assert trained(steady, 28).run(6, times(steady, 0.67)).told() == []
    assert trained(steady, 28).run(3, times(steady, 0.3)).run(6, times(steady, 0.67)).told() == [LOW]


def test_nothing_is_said_of_volume_before_two_weeks_are_known() -> None:
    assert trained(steady, 12).run(5, times(steady, 0.3)).told() == []


def test_what_swings_is_not_low_where_it_swings() -> None:
    draw = Random(1)
    swings = {MONDAY + hour: draw.choice([0.4, 1, 1, 1.6]) for hour in range(-28 * DAY, 7 * DAY)}

    def swinging(hour: int, _minute: int) -> int:
        return round(10 * swings[hour])

    assert trained(swinging, 28).run(7 * DAY, swinging).told() == []


def test_a_level_that_lasts_a_week_is_the_new_usual() -> None:
    entity = trained(steady, 28).run(7 * DAY + 6, times(steady, 0.3))
    assert entity.told()[-1] == (FindingKind.LOW, Change.ACCEPTED)
    accepted = entity.now
    assert entity.run(2 * DAY, times(steady, 0.3)).told(accepted) == []
    assert entity.run(4, times(steady, 0.1)).told(accepted) == [LOW]


def test_a_level_is_never_accepted_where_the_customer_does_not_want_it() -> None:
    entity = trained(steady, 28, Policy(accept_after=None)).run(8 * DAY, times(steady, 0.3))
    assert Change.ACCEPTED not in [change for _, change in entity.told()]
    assert entity.open() == [FindingKind.LOW]


def test_hours_of_which_nothing_is_learnt_are_not_taken_for_empty_ones() -> None:
    def slow(_hour: int, minute: int) -> int:
        return int(minute % 6 == 0)

    entity = trained(slow, 28).run(12, lambda hour, minute: 20 * slow(hour, minute))
    assert HIGH in entity.told()
    back = entity.now
    assert set(entity.run(3 * DAY, slow).told(back)) == {(FindingKind.HIGH, Change.RECOVERED)}


def test_what_is_silent_is_not_told_as_low_too() -> None:
    entity: Entity = trained(steady, 28).run(5, lambda hour, minute: 0)
    assert {kind for kind, _ in entity.told()} == {FindingKind.SILENT}
