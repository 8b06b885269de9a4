"""From what checks say to what people are told."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from shared.heartbeat.judgement._hysteresis import Signal, next_track
from shared.heartbeat.judgement._priority import priority, severity
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind, Mute
from shared.heartbeat.judgement.memory import Track
from shared.heartbeat.judgement.policy import Acknowledgement, Hysteresis, Policy, Span
from shared.heartbeat.judgement.verdict import SourceFinding, Verdict

START = 1_771_804_800.0
CHECK = 300.0
HOUR = 3_600.0


@dataclass
class Checks:
    """The checks of one kind of finding, five minutes apart."""

    kind: FindingKind = FindingKind.LATE
    policy: Policy = field(default_factory=Policy)
    track: Track = field(default_factory=Track)
    now: float = START
    verdicts: list[Verdict] = field(default_factory=list)

    def see(self, marks: str, covered: bool = False) -> list[tuple[Change, Mute | None]]:
        """x: found, dot: not found, ?: cannot be said. What became of it at these checks."""
        before = len(self.verdicts)
        for mark in marks:
            self.now += CHECK
            finding = SourceFinding(self.kind, self.now, 1.0, 0.0, 0.0, "seconds", "because")
            signal: Signal = finding if mark == "x" else (False if mark == "." else None)
            self.track, verdict = next_track(self.track, self.kind, signal, self.policy, self.now, covered)
            if verdict is not None:
                self.verdicts.append(verdict)
        return [(verdict.change, verdict.mute) for verdict in self.verdicts[before:]]


OPENED = (Change.OPENED, None)
RECOVERED = (Change.RECOVERED, None)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ("x", []),
        ("x..x", []),
        ("xx", [OPENED]),
        ("x.x", [OPENED]),
        ("x?x", [OPENED]),
        ("xx..", [OPENED]),
        ("xx...", [OPENED, RECOVERED]),
        ("xx..x...", [OPENED, RECOVERED]),
        ("xx??????", [OPENED]),
    ],
)
def test_two_of_three_checks_open_it_and_three_without_it_end_it(
    marks: str, expected: list[tuple[Change, Mute | None]]
) -> None:
    assert Checks().see(marks) == expected


def test_silence_opens_at_once_and_ends_with_two() -> None:
    assert Checks(FindingKind.SILENT).see("x..") == [OPENED, RECOVERED]


def test_what_is_steady_leaves_nothing_behind() -> None:
    checks = Checks()
    checks.see("xx..." + "." * 400)
    assert checks.track == Track()


def test_what_lasts_is_told_again_after_4_and_8_and_16_hours_and_graver() -> None:
    checks = Checks(FindingKind.SILENT)
    checks.see("x" * (12 * 40))
    times = checks.verdicts
    assert [verdict.change for verdict in times] == [Change.OPENED, *[Change.ESCALATED] * 3]
    assert [verdict.priority for verdict in times] == sorted({verdict.priority for verdict in times})


@pytest.mark.parametrize("kind", [FindingKind.HIGH, FindingKind.CHANGED])
def test_what_blinds_nobody_is_not_escalated(kind: FindingKind) -> None:
    assert Checks(kind, Policy(accept_after=None)).see("x" * (12 * 40)) == [OPENED]


def test_what_comes_back_within_half_an_hour_is_not_told_again() -> None:
    checks = Checks()
    checks.see("xx...")
    assert checks.see("xx...") == [(Change.OPENED, Mute.COOLDOWN), (Change.RECOVERED, Mute.COOLDOWN)]


def test_what_comes_back_later_is_told_again() -> None:
    checks = Checks()
    checks.see("xx..." + "." * 6)
    assert checks.see("xx...") == [OPENED, RECOVERED]


def test_what_comes_back_in_the_cooldown_and_stays_is_told_when_that_is_over() -> None:
    checks = Checks()
    checks.see("xx...")
    assert checks.see("xx" + "x" * 6) == [(Change.OPENED, Mute.COOLDOWN), OPENED]


def test_what_comes_and_goes_is_told_as_flapping_once() -> None:
    checks = Checks()
    once = "xx..." + "." * 6
    assert checks.see(once * 3) == [OPENED, RECOVERED] * 3
    assert checks.see(once) == [(Change.FLAPPING, None), (Change.RECOVERED, Mute.FLAPPING)]
    assert {mute for _, mute in checks.see(once * 5)} == {Mute.FLAPPING}
    assert checks.see("." * 12 * 25) == [RECOVERED]
    assert checks.track == Track()


def test_what_flaps_and_then_stays_is_told() -> None:
    checks = Checks()
    checks.see(("xx..." + "." * 6) * 4)
    assert OPENED in checks.see("x" * 12 * 5)


def test_nobody_is_told_in_training_and_everybody_after_it() -> None:
    checks = Checks(policy=Policy(training=True))
    assert checks.see("xx") == [(Change.OPENED, Mute.TRAINING)]
    checks.policy = Policy()
    assert checks.see("x") == [OPENED]


def test_nobody_is_told_in_planned_work_and_everybody_when_it_is_over_and_not_well() -> None:
    checks = Checks(policy=Policy(maintenance=(Span(START, START + HOUR),)))
    assert checks.see("x" * 11) == [(Change.OPENED, Mute.MAINTENANCE)]
    assert checks.see("x") == [OPENED]


def test_what_begins_and_ends_in_planned_work_is_told_to_nobody() -> None:
    checks = Checks(policy=Policy(maintenance=(Span(START, START + HOUR),)))
    assert {mute for _, mute in checks.see("xx...")} == {Mute.MAINTENANCE}


def _acknowledged(by: float, until: float, kind: FindingKind | None = None) -> Policy:
    return Policy(acknowledged=(Acknowledgement(by, until, "emre", kind),))


def test_what_is_acknowledged_is_not_escalated_before_that_expires() -> None:
    checks = Checks(FindingKind.SILENT)
    checks.see("x")
    checks.policy = _acknowledged(checks.now + 60, checks.now + 10 * HOUR)
    assert checks.see("x" * 12 * 9) == []
    assert checks.see("x" * 12 * 2)[0] == (Change.ESCALATED, None)


def test_an_acknowledgement_holds_for_its_kind_only() -> None:
    checks = Checks(FindingKind.SILENT)
    checks.see("x")
    checks.policy = _acknowledged(checks.now + 60, checks.now + 10 * HOUR, FindingKind.LATE)
    assert checks.see("x" * 12 * 5) == [(Change.ESCALATED, None)]


def test_an_acknowledgement_ends_with_what_it_was_about() -> None:
    checks = Checks(FindingKind.SILENT)
    checks.see("x")
    checks.policy = _acknowledged(checks.now + 60, checks.now + 10 * HOUR)
    assert checks.see("." * 10) == [RECOVERED]
    assert checks.see("x") == [OPENED]


def test_what_another_finding_says_already_is_not_told() -> None:
    checks = Checks(FindingKind.LOW)
    assert checks.see("xx", covered=True) == [(Change.OPENED, Mute.COVERED)]
    assert checks.see("x") == [OPENED]


def test_patience_can_be_set() -> None:
    patient = Policy(hysteresis=Hysteresis(checks=5, of=6, clear=6))
    checks = Checks(policy=patient)
    assert checks.see("xxxx.") == []
    assert checks.see("x") == [OPENED]
    assert checks.see(".....") == []
    assert checks.see(".") == [RECOVERED]


def test_priority_follows_from_kind_criticality_and_what_is_blind() -> None:
    plain = priority(FindingKind.SILENT, Policy())
    assert priority(FindingKind.CHANGED, Policy()) < plain
    assert priority(FindingKind.SILENT, Policy(criticality="low")) < plain
    assert plain < priority(FindingKind.SILENT, Policy(criticality="high"))
    assert (
        plain
        < priority(FindingKind.SILENT, Policy(blinds=3))
        < priority(FindingKind.SILENT, Policy(blinds=3, techniques=5))
    )
    assert plain < priority(FindingKind.SILENT, Policy(), alerts=1)
    assert priority(FindingKind.HIGH, Policy(blinds=9)) == priority(FindingKind.HIGH, Policy())


def test_severity_rises_with_priority() -> None:
    assert [severity(points).value for points in (0, 20, 40, 65, 100)] == [
        "Informational",
        "Low",
        "Medium",
        "High",
        "High",
    ]
