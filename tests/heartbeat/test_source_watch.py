"""Sources that fall silent, come back, or never speak: told once, with ids that follow from what they are about."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from shared.alerts.alert import Alert, event_uid
from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.customer.declarations import ChangeWindow, Declarations
from shared.heartbeat.entity import Entity
from shared.heartbeat.source_watch import HEALTHY, NEVER_SEEN, SILENT
from shared.storage import SqliteStore, StoreUnavailable
from tests.chaotic import ChaoticStore
from tests.detection.probe import START, batch, collector, detector_of, message, probe, record

ENTITY = Entity("probe.records", "tenant-1", "ProbeLogs")
EXPECTED = Declarations.model_validate({"expected_sources": [{"source": "probe.records", "interval": "30m"}]})


class Life:
    """A collector over hours: records at some minutes, the watch at others."""

    def __init__(self, declarations: Declarations | None = None) -> None:
        self.store = SqliteStore(":memory:")
        self.declarations = declarations
        self.clock = VirtualClock(START)
        self.subject = self._started()
        self._number = 0

    def _started(self) -> Collector:
        detector = detector_of("listener", probe(operation="Never"))
        return collector([detector], self.store, declarations=self.declarations, clock=self.clock)

    def restart(self) -> None:
        self.subject = self._started()

    def speak(self, minute: float, late: float = 0, **changes: Any) -> None:
        self._number += 1
        sent = message(self._number, record((minute - late) * 60, **changes), late=minute * 60)
        self.subject.collect(batch(sent))

    def watch(self, minute: float) -> list[Alert]:
        self.clock.advance_to(START + timedelta(minutes=minute))
        return self.subject.watch_heartbeats()

    def back(self, minute: float) -> list[Alert]:
        """A source is back when two checks in a row say so: what the second one raises."""
        assert self.watch(minute) == []
        return self.watch(minute + 1)

    def names(self, minute: float) -> list[str]:
        return [alert.rule for alert in self.watch(minute)]


SILENT_RULE, BACK_RULE, NEVER_RULE = (
    "telltale.source_silent",
    "telltale.source_recovered",
    "telltale.source_never_seen",
)


def test_a_source_is_silent_after_its_allowed_gap_and_not_before() -> None:
    life = Life()  # the usual gap of the source is 30 minutes
    life.speak(0)
    assert [life.names(minute) for minute in (1, 20, 30)] == [[], [], []]
    (alert,) = life.watch(31)
    assert alert.rule == SILENT_RULE
    assert alert.severity == "Medium"
    assert alert.techniques == ("T1562.008",)
    assert alert.evidence["blind_detectors"] == ["tests.listener"]
    assert alert.start == START
    assert [life.names(minute) for minute in (32, 100, 270)] == [[], [], []]


def test_a_silence_that_lasts_is_told_again_more_severely_and_less_and_less_often() -> None:
    life = Life()
    life.speak(0)
    life.watch(1)
    (first,) = life.watch(31)
    told = [(minute, alert) for minute in range(60, 40 * 60, 30) for alert in life.watch(minute)]
    assert [minute for minute, _ in told] == [
        300,
        540,
        1020,
    ]  # four hours later, then twice as long each time
    assert {alert.rule for _, alert in told} == {SILENT_RULE}
    assert len({first.uid, *(alert.uid for _, alert in told)}) == 4
    assert told[0][1].severity == "High"
    assert "still" in told[0][1].name


def test_a_source_that_comes_back_is_told_once_and_about_the_same_silence() -> None:
    life = Life()
    life.speak(0)
    life.watch(1)
    (silent,) = life.watch(40)
    life.speak(50)
    (back,) = life.back(51)
    moment = int(START.timestamp())
    assert silent.uid == event_uid("default", "source", "silent", *ENTITY, moment)
    assert back.uid == event_uid("default", "source", "recovered", "silent", *ENTITY, moment)
    assert (back.rule, back.status, back.severity) == (BACK_RULE, "Closed", "Informational")
    assert back.start == silent.start
    assert life.names(53) == []
    assert life.names(100) == [SILENT_RULE]  # the next silence is another one


def test_a_source_that_only_comes_late_is_not_silent() -> None:
    life = Life()
    for minute in range(0, 300, 20):
        life.speak(minute, late=60 * 20)
        assert life.names(minute + 1) == []


@pytest.mark.parametrize("late_hours", [30, 24 * 400, -24 * 400])
def test_a_source_whose_clock_is_wrong_is_not_silent_but_skewed(late_hours: int) -> None:
    life = Life()
    found = []
    for minute in range(0, 300, 20):
        life.speak(minute, late=60 * late_hours)
        found += life.names(minute + 1)
    assert found == ["telltale.source_skewed"]
    assert life.names(400) == [SILENT_RULE]


def test_a_source_that_is_expected_and_never_speaks_is_told_once() -> None:
    life = Life(EXPECTED)
    assert [life.names(minute) for minute in (0, 10, 30)] == [[], [], []]
    assert life.names(31) == [NEVER_RULE]
    assert [life.names(minute) for minute in (32, 200)] == [[], []]
    life.speak(210)
    assert life.names(211) == [BACK_RULE]
    assert life.names(212) == []


def test_states_survive_a_restart() -> None:
    life = Life(EXPECTED)
    life.watch(0)
    life.restart()
    assert life.names(31) == [NEVER_RULE]
    life.speak(32)
    life.restart()
    assert life.names(33) == [BACK_RULE]
    life.restart()
    assert life.names(100) == [SILENT_RULE]
    life.restart()
    assert life.names(101) == []
    assert [state.state for state in life.subject.sources()] == [SILENT]


def test_announced_work_silences_and_what_stays_silent_afterwards_is_told() -> None:
    work = ChangeWindow(
        name="move",
        start=START + timedelta(minutes=10),
        end=START + timedelta(minutes=120),
        sources=["probe.records"],
    )
    life = Life(Declarations(change_windows=[work]))
    life.speak(0)
    assert [life.names(minute) for minute in (1, 60, 119)] == [[], [], []]
    assert life.names(121) == []  # it has as long to speak again as it may pause
    assert life.names(185) == [SILENT_RULE]


def test_announced_work_on_another_source_silences_nothing() -> None:
    work = ChangeWindow(name="move", start=START, end=START + timedelta(hours=5), sources=["probe.other"])
    life = Life(Declarations(change_windows=[work]))
    life.speak(0)
    life.watch(1)
    assert life.names(31) == [SILENT_RULE]


def test_a_source_that_was_silent_before_announced_work_is_not_said_to_be_back() -> None:
    work = ChangeWindow(name="move", start=START + timedelta(minutes=60), end=START + timedelta(minutes=120))
    life = Life(Declarations(change_windows=[work]))
    life.speak(0)
    life.watch(1)
    assert life.names(40) == [SILENT_RULE]
    assert [life.names(minute) for minute in (61, 119, 121)] == [[], [], []]
    assert [state.state for state in life.subject.sources()] == [SILENT]
    life.speak(130)
    assert [alert.rule for alert in life.back(131)] == [BACK_RULE]


def test_a_source_that_comes_back_during_announced_work_is_told() -> None:
    work = ChangeWindow(name="move", start=START + timedelta(minutes=60), end=START + timedelta(minutes=120))
    life = Life(Declarations(change_windows=[work]))
    life.speak(0)
    life.watch(1)
    life.watch(40)
    life.speak(70)
    assert [alert.rule for alert in life.back(71)] == [BACK_RULE]


def test_a_source_without_a_usual_gap_is_watched_where_the_customer_says_how_long() -> None:
    content = {"probe": "something", "at": START.isoformat()}
    life = Life()
    life.subject.collect(batch(message(1, content)))
    life.watch(1)
    assert life.names(3000) == []
    patient = Life(Declarations.model_validate({"silence": {"after": "2h"}}))
    patient.subject.collect(batch(message(1, content)))
    assert [patient.names(minute) for minute in (1, 119)] == [[], []]
    assert patient.names(121) == [SILENT_RULE]


def test_every_tenant_and_category_is_a_source_of_its_own() -> None:
    life = Life()
    life.speak(0)
    life.speak(0, tenantId="tenant-2")
    life.speak(0, category="OtherProbeLogs")
    life.watch(1)
    life.speak(29)
    found = life.watch(31)
    assert {alert.entities["tenant_id"] for alert in found} == {"tenant-1", "tenant-2"}
    assert len(found) == 2
    assert {state.entity: state.state for state in life.subject.sources()} == {
        ENTITY: HEALTHY,
        ENTITY._replace(tenant="tenant-2"): SILENT,
        ENTITY._replace(category="OtherProbeLogs"): SILENT,
    }


@pytest.mark.parametrize("name", ["a|b\x1fc", "\x00\x01", "x" * 1_000_000, "<script>", "\u202eevil"])
def test_a_source_of_a_hostile_name_is_watched_like_any_other(name: str) -> None:
    life = Life()
    life.speak(0, tenantId=name)
    life.watch(1)
    (alert,) = life.watch(40)
    assert alert.name.isprintable()
    life.speak(50, tenantId=name)
    assert [alert.rule for alert in life.back(51)] == [BACK_RULE]


@pytest.mark.parametrize("seed", range(8))
def test_every_change_is_told_once_even_if_the_store_fails_between_telling_and_remembering(seed: int) -> None:
    life = Life(EXPECTED)
    store = ChaoticStore(life.store, Random(seed), rate=0.3)
    life.subject = collector([], store, declarations=EXPECTED, clock=life.clock)

    def insist(action: Any, *arguments: Any) -> Any:
        while True:
            try:
                return action(*arguments)
            except StoreUnavailable:
                continue

    sent = message(1, record(), late=60 * 50)
    for minute in (0, 10, 40, 49):
        insist(life.watch, minute)
    insist(life.subject.collect, batch(sent))
    for minute in (51, 60, 100, 200):
        insist(life.watch, minute)
    store.rate = 0.0
    assert sorted(recent.rule for recent in life.subject.outbox.recent()) == sorted(
        [NEVER_RULE, BACK_RULE, SILENT_RULE]
    )


def test_what_was_seen_says_when_and_how_much() -> None:
    life = Life()
    for minute in range(0, 60, 10):
        life.speak(minute, late=2)
    life.watch(61)
    (state,) = life.subject.sources()
    assert state.entity == ENTITY
    assert (state.count_24h, state.lag_seconds) == (6, 120.0)
    assert state.last_seen == START + timedelta(minutes=50)
    assert state.last_event == START + timedelta(minutes=48)
    assert state.allowed_gap == timedelta(minutes=30)
    life.clock.advance_to(START + timedelta(hours=26))
    assert life.subject.sources()[0].count_24h == 0


def test_never_seen_is_a_state_of_its_own() -> None:
    life = Life(EXPECTED)
    life.watch(0)
    life.watch(31)
    assert [state.state for state in life.subject.sources()] == [NEVER_SEEN]
