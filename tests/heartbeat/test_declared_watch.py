"""What a customer declares about its telemetry: how it changes what is watched, judged and told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.customer.declarations import Declarations
from shared.customer.declared_sources import HeartbeatSettings
from shared.heartbeat.entity import VIRTUAL, Entity
from shared.heartbeat.entity_policies import RETIRE_AFTER, Policies
from shared.heartbeat.judgement.policy import Hysteresis, Policy, Thresholds
from shared.heartbeat.roster import NEW_AN_HOUR
from shared.heartbeat.source_watch import HEALTHY, SILENT
from tests.detection.probe import START, registry
from tests.heartbeat.test_source_watch import BACK_RULE, ENTITY, NEVER_RULE, SILENT_RULE, Life


def life(**declared: Any) -> Life:
    return Life(Declarations.model_validate(declared))


def spoken(**declared: Any) -> Life:
    """A life in which the source spoke at once, and is watched since."""
    found = life(**declared)
    found.speak(0)
    found.watch(1)
    return found


def moment(minute: float) -> str:
    return (START + timedelta(minutes=minute)).isoformat()


def states(found: Life) -> dict[Entity, str]:
    return {state.entity: state.state for state in found.subject.sources()}


def test_in_training_nobody_is_told_but_the_state_is_shown_and_kept() -> None:
    found = spoken(heartbeats={"training": True})
    assert [found.names(minute) for minute in (31, 60, 400)] == [[], [], []]
    assert states(found) == {ENTITY: SILENT}
    (episode,) = found.subject.telemetry.episodes.all()
    assert episode.mute == "training"


def test_what_is_acknowledged_is_not_told_again_until_it_runs_out() -> None:
    acknowledged = {"source": "probe.records", "at": moment(60), "until": moment(600), "by": "kim"}
    found = spoken(acknowledgements=[acknowledged])
    assert found.names(31) == [SILENT_RULE]
    assert [found.names(minute) for minute in (300, 599)] == [[], []]  # else told again after four hours
    assert found.names(601) == [SILENT_RULE]


def test_an_acknowledgement_ends_when_what_it_is_about_is_over() -> None:
    acknowledged = {"source": "probe.records", "at": moment(60), "until": moment(6000), "by": "kim"}
    found = spoken(acknowledgements=[acknowledged])
    assert found.names(31) == [SILENT_RULE]
    found.speak(100)
    assert [alert.rule for alert in found.back(101)] == [BACK_RULE]
    assert found.names(200) == [SILENT_RULE]


def test_a_source_that_is_retired_is_forgotten_and_what_was_told_of_it_ends() -> None:
    found = spoken()
    assert found.names(31) == [SILENT_RULE]
    found.declarations = Declarations.model_validate({"retired_sources": [{"source": "probe.records"}]})
    found.restart()
    assert found.names(40) == [BACK_RULE]
    assert found.names(41) == []
    assert states(found) == {}


def test_a_source_that_was_silent_for_long_is_forgotten_unless_it_is_expected() -> None:
    long_after = RETIRE_AFTER / timedelta(minutes=1) + 60
    found = spoken()
    found.watch(31)
    found.watch(long_after)
    assert states(found) == {}
    expected = spoken(expected_sources=[{"source": "probe.records"}])
    expected.watch(31)
    expected.watch(long_after)
    assert states(expected) == {ENTITY: SILENT}


def test_findings_that_nobody_wants_to_hear_of_are_not_judged() -> None:
    found = spoken(expected_sources=[{"source": "probe.records", "not_judged": ["silent"]}])
    assert [found.names(minute) for minute in (31, 400)] == [[], []]
    assert states(found) == {ENTITY: HEALTHY}


def test_how_critical_a_source_is_makes_its_alert_more_severe() -> None:
    severities = []
    for level in ("low", "medium", "critical"):
        found = spoken(
            expected_sources=[{"source": "probe.records", "criticality": level, "interval": "30m"}]
        )
        (alert,) = found.watch(31)
        severities.append(alert.severity)
    assert severities == ["Low", "Medium", "High"]


def test_an_expected_source_may_take_its_time_to_come() -> None:
    found = life(expected_sources=[{"source": "probe.records", "within": "2h", "interval": "30m"}])
    assert [found.names(minute) for minute in (0, 31, 119)] == [[], [], []]
    assert found.names(121) == [NEVER_RULE]


def test_a_source_is_watched_by_one_thing_more_where_that_is_declared() -> None:
    found = life(dimensions=[{"source": "probe.records", "by": "app"}])
    found.speak(0, properties={"app": "Shop"})
    found.speak(0, properties={"app": "Desk"})
    found.watch(1)
    found.speak(29, properties={"app": "Shop"})
    (alert,) = found.watch(31)
    assert alert.evidence["dimension"] == "desk"
    assert states(found) == {
        ENTITY._replace(dimension="shop"): HEALTHY,
        ENTITY._replace(dimension="desk"): SILENT,
    }


def test_a_flood_of_new_names_is_one_alert_and_few_rows() -> None:
    found = life(dimensions=[{"source": "probe.records", "by": "app"}])
    for number in range(NEW_AN_HOUR + 300):
        found.speak(number / 100, properties={"app": f"app {number}"})
    assert found.names(10) == ["telltale.source_overflow"]
    assert [found.names(minute) for minute in (15, 20)] == [[], []]
    assert len(states(found)) == NEW_AN_HOUR + 1


MEMBERS = [{"source": "probe.records", "category": name} for name in ("ProbeLogs", "OtherProbeLogs")]


def virtual(**changes: Any) -> Life:
    return life(virtual_sources=[{"name": "Probes", "sources": MEMBERS, "interval": "30m", **changes}])


def test_of_a_passive_pair_one_may_be_silent_and_neither_is_told_of_by_itself() -> None:
    found = virtual(mode="passive")
    found.speak(0)
    found.speak(0, category="OtherProbeLogs")
    for minute in range(20, 200, 20):
        found.speak(minute)
        assert found.names(minute + 1) == []
    assert found.names(240) == [SILENT_RULE]
    found.speak(250, category="OtherProbeLogs")
    assert [alert.rule for alert in found.back(251)] == [BACK_RULE]


def test_an_active_group_is_silent_when_its_quorum_is_not_met() -> None:
    found = virtual(quorum=2)
    found.speak(0)
    found.speak(0, category="OtherProbeLogs")
    assert found.names(1) == []
    told = []
    for minute in range(20, 100, 20):
        found.speak(minute)
        told += found.watch(minute + 1)
    (alert,) = told
    assert alert.rule == SILENT_RULE
    assert "Probes" in alert.name
    assert alert.evidence["blind_detectors"] == ["tests.listener"]
    assert states(found)[Entity(VIRTUAL, "", "Probes")] == SILENT


def test_what_the_collector_sends_itself_is_shown_and_not_judged() -> None:
    policies = Policies(Declarations(), registry(), lambda entity: (0, 0))
    assert policies.of(Entity("telltale.canary", "", "")).judged == frozenset()


def test_the_settings_say_what_holds_without_them() -> None:
    base = Policies(Declarations(), registry(), lambda entity: (0, 0)).of(ENTITY)
    assert base.thresholds == Thresholds()
    assert base.hysteresis == Hysteresis()
    assert (base.training, base.training_days, base.accept_after) == (
        False,
        Policy().training_days,
        Policy().accept_after,
    )
    assert HeartbeatSettings().new_an_hour == NEW_AN_HOUR


@pytest.mark.parametrize(
    ("declared", "name", "value"),
    [
        ({"low": 0.2}, "low", 0.2),
        ({"high": 9.0}, "high", 9.0),
        ({"late": 4.0}, "late", 4.0),
        ({"thin": 0.1}, "thin", 0.1),
        ({"malformed": 0.3}, "malformed", 0.3),
        ({"skewed": 0.4}, "skewed", 0.4),
        ({"changed": 0.9}, "changed", 0.9),
        ({"silence": 2.0}, "silence", 2.0),
    ],
)
def test_each_threshold_reaches_the_policy(declared: dict[str, float], name: str, value: float) -> None:
    declarations = Declarations.model_validate({"heartbeats": declared})
    policy = Policies(declarations, registry(), lambda entity: (0, 0)).of(ENTITY)
    assert getattr(policy.thresholds, name) == value


def test_the_calendar_of_a_source_goes_before_that_of_all() -> None:
    declarations = Declarations.model_validate(
        {
            "calendars": [
                {"time_zone": "Europe/Zurich"},
                {"time_zone": "Asia/Tokyo", "sources": ["probe.records"]},
            ]
        }
    )
    policies = Policies(declarations, registry(), lambda entity: (0, 0))
    assert policies.of(ENTITY).calendar.zone == "Asia/Tokyo"
    assert policies.of(Entity("probe.other", "", "")).calendar.zone == "Europe/Zurich"
