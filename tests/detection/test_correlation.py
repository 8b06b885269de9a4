"""Detectors that listen to the findings of others: by entity, once, and not to what is in shadow stage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.alerts.alert import Alert
from shared.detection import Severity, count, distinct, findings, sequence
from tests.detection.played import Played
from tests.detection.probe import batch, detector_of, message, probe
from tests.detection.test_window_kinds import did

GUESSED = detector_of("guessed", probe(operation="Fail"), techniques=("T1110",), stage="signal")
GRANTED = detector_of("granted", probe(operation="Grant"), techniques=("T1098",))
HIDDEN = detector_of("hidden", probe(operation="Hide"), techniques=("T1562.008",), severity=Severity.HIGH)
CHAIN = detector_of(
    "chain",
    findings(),
    window=distinct(of="finding.tactic", by="actor_username", threshold=3, period="1h"),
    title="{actor_username} goes down the kill chain",
)


def rules(alerts: Iterable[Alert]) -> list[str]:
    return sorted(alert.rule for alert in alerts)


def test_findings_of_several_tactics_by_one_actor_are_a_finding_themselves() -> None:
    played = Played(GUESSED, GRANTED, HIDDEN, CHAIN)
    assert played.take(did("Fail", 0)) == []  # a signal is heard, and alerts nobody
    assert rules(played.take(did("Hide", 120, user="bob"))) == ["tests.hidden"]
    assert rules(played.take(did("Hide", 180))) == ["tests.hidden"]
    found = played.take(did("Grant", 240))
    assert rules(found) == ["tests.chain", "tests.granted"]
    (alert,) = [alert for alert in found if alert.rule == "tests.chain"]
    assert alert.entities["actor_username"] == "ann"
    records: Any = alert.evidence["records"]
    assert {text.split(" ")[0] for text in records} == {"tests.guessed", "tests.hidden", "tests.granted"}


def test_a_finding_that_is_found_again_counts_once() -> None:
    many = detector_of(
        "many", findings(severity="Medium"), window=count(by="actor_username", threshold=3, period="1h")
    )
    played = Played(GUESSED, GRANTED, many)
    for _ in range(4):
        messages = [message(1, did("Fail", 0)), message(2, did("Grant", 1))]
        found = played.subject.collect(batch(*messages)).raised
        assert "tests.many" not in rules(found)
    found = played.subject.collect(batch(message(3, did("Grant", 2)))).raised
    assert rules(found) == ["tests.granted", "tests.many"]


def test_a_sequence_may_lead_from_a_finding_to_a_record() -> None:
    guessing = detector_of(
        "guessing",
        probe(operation="Fail"),
        window=count(by="actor_username", threshold=5, period="10m"),
        stage="signal",
    )
    entered = detector_of(
        "entered",
        window=sequence(
            [findings(detector="tests.guessing"), probe(operation="Sign in")],
            by="actor_username",
            within="1h",
        ),
    )
    played = Played(guessing, entered)
    assert played.take(did("Sign in", 0), *(did("Fail", 10 + n) for n in range(5))) == []
    assert played.take(did("Sign in", 300)) == []  # rows of two kinds: the timer puts them together
    assert rules(played.wait(360)) == ["tests.entered"]


def test_what_is_in_shadow_stage_is_not_heard() -> None:
    shadow = detector_of(
        "hidden", probe(operation="Hide"), techniques=("T1562.008", "T1110", "T1098"), stage="shadow"
    )
    played = Played(shadow, CHAIN)
    assert played.take(did("Hide", 0)) == []
