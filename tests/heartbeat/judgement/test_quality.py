"""Late, skewed, malformed, thin, changed: what records are like, against what they used to be like."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.judgement.policy import Policy, Thresholds
from tests.heartbeat.judgement.telemetry import Records, steady, trained

WRONG = {
    FindingKind.LATE: Records(lag=7_200.0),
    FindingKind.SKEWED: Records(ahead=1.0),
    FindingKind.MALFORMED: Records(bad=0.2),
    FindingKind.THIN: Records(filled={"actor_user_id": 1.0, "src_ip_addr": 0.0}),
    FindingKind.CHANGED: Records(shape="never seen"),
}


@pytest.mark.parametrize("kind", list(WRONG))
def test_is_told_within_two_hours_and_ends_with_it(kind: FindingKind) -> None:
    entity = trained(steady, 28).run(2, steady, WRONG[kind])
    assert entity.told() == [(kind, Change.OPENED)]
    assert entity.run(3, steady).told()[-1] == (kind, Change.RECOVERED)


@pytest.mark.parametrize("kind", list(WRONG))
def test_is_not_told_where_it_is_not_judged(kind: FindingKind) -> None:
    policy = Policy(judged=frozenset(FindingKind) - {kind})
    assert trained(steady, 28).with_policy(judged=policy.judged).run(3, steady, WRONG[kind]).told() == []


@pytest.mark.parametrize("kind", [FindingKind.LATE, FindingKind.THIN, FindingKind.CHANGED])
def test_what_lasts_a_week_is_the_new_usual(kind: FindingKind) -> None:
    entity = trained(steady, 28).run(7 * 24 + 6, steady, WRONG[kind])
    assert (kind, Change.ACCEPTED) in entity.told()
    accepted = entity.now
    assert entity.run(24, steady, WRONG[kind]).told(accepted) == []


def test_a_field_that_no_detector_needs_is_not_missed() -> None:
    entity = trained(steady, 28).with_policy(fields=frozenset({"actor_user_id"}))
    assert entity.run(3, steady, WRONG[FindingKind.THIN]).told() == []


def test_the_missing_field_is_named() -> None:
    entity = trained(steady, 28).run(2, steady, WRONG[FindingKind.THIN])
    assert entity.judgement is not None
    assert [finding.detail for finding in entity.judgement.open] == ["src_ip_addr"]


def test_a_limit_on_lag_that_the_customer_set_holds() -> None:
    strict = Thresholds(late_limit=60.0)
    entity = trained(steady, 28).with_policy(thresholds=strict).run(2, steady, Records(lag=300.0))
    assert entity.told() == [(FindingKind.LATE, Change.OPENED)]


def test_records_of_1970_and_2099_make_a_source_skewed_never_silent() -> None:
    entity = trained(steady, 28).run(4, steady, replace(Records(), ahead=1.0))
    assert entity.open() == [FindingKind.SKEWED]


def test_malformed_records_do_not_make_the_hours_of_other_weeks_low() -> None:
    entity = trained(steady, 28).run(5, steady, Records(bad=0.4)).run(7 * 24 - 5, steady)
    at = entity.now
    assert entity.run(3, lambda hour, minute: 3).told(at) == [(FindingKind.LOW, Change.OPENED)]
