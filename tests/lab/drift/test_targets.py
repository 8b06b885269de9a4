"""One simulated customer of `make drift-report`: one source of each kind over sixty days, with all their faults."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from lab.drift.faults import FOUND_BY
from lab.drift.profiles import KINDS
from lab.drift.report import LEAST_FOUND, MOST_FALSE, false_a_month, outcomes_of, targets
from lab.drift.run import scores
from lab.drift.score import Score
from tests.once_a_run import once_a_run


@pytest.fixture(scope="module")
def customer(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Score]:
    return once_a_run(tmp_path_factory, "drift", lambda: scores([0], processes=os.cpu_count() or 1))


def test_every_kind_of_fault_befalls_somebody(customer: Sequence[Score]) -> None:
    befallen = {outcome.fault.name for outcome in outcomes_of(customer)}
    assert befallen == {name for name, kinds in FOUND_BY.items() if kinds}
    assert len(customer) == len(KINDS)


@pytest.mark.parametrize("fault", ["outage", "drop", "sparse outage", "flapping", "never seen"])
def test_is_found_in_time(customer: Sequence[Score], fault: str) -> None:
    outcomes = [outcome for outcome in outcomes_of(customer) if outcome.fault.name == fault]
    assert outcomes
    assert [outcome for outcome in outcomes if not outcome.in_time] == []


def test_nearly_all_faults_are_found(customer: Sequence[Score]) -> None:
    outcomes = outcomes_of(customer)
    assert sum(outcome.after is not None for outcome in outcomes) >= LEAST_FOUND * len(outcomes)


def test_hardly_anything_is_told_that_is_not_so(customer: Sequence[Score]) -> None:
    assert false_a_month(customer) <= MOST_FALSE


def test_weekends_holidays_and_changes_of_the_clocks_alert_nobody(customer: Sequence[Score]) -> None:
    assert [alert for one in customer for alert in one.false if alert.special] == []


def test_what_is_remembered_stays_small(customer: Sequence[Score]) -> None:
    assert max(one.largest for one in customer) < 3_072


def test_the_report_agrees(customer: Sequence[Score]) -> None:
    assert [target.text for target in targets(customer) if target.missed] == []
