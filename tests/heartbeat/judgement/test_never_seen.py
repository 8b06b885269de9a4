"""Never seen: declared as expected, and nothing came."""

from __future__ import annotations

from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.judgement.observation import HOUR
from shared.heartbeat.judgement.policy import DAY as A_DAY
from shared.heartbeat.judgement.policy import Policy
from tests.heartbeat.judgement.telemetry import MONDAY, Entity, nothing, steady

NOW = MONDAY * float(HOUR)
EXPECTED = Policy(expected_since=NOW)


def test_is_told_after_the_time_it_may_take() -> None:
    entity = Entity(NOW, EXPECTED).run(24, nothing)
    assert entity.told() == []
    assert entity.run(0.25, nothing).told() == [(FindingKind.NEVER_SEEN, Change.OPENED)]


def test_may_be_given_less_time() -> None:
    entity = Entity(NOW, Policy(expected_since=NOW, expected_within=A_DAY / 24)).run(1.25, nothing)
    assert entity.told() == [(FindingKind.NEVER_SEEN, Change.OPENED)]


def test_is_over_when_it_speaks() -> None:
    entity = Entity(NOW, EXPECTED).run(25, nothing).run(1, steady)
    assert entity.told() == [
        (FindingKind.NEVER_SEEN, Change.OPENED),
        (FindingKind.NEVER_SEEN, Change.RECOVERED),
    ]


def test_what_nobody_declared_is_not_missed() -> None:
    assert Entity(NOW).run(48, nothing).told() == []
