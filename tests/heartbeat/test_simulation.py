"""Recorded history judged under other settings: the same outage is found, earlier or later as they say."""

from __future__ import annotations

from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.judgement.observation import SLOTS, Hour
from shared.heartbeat.judgement.policy import Policy
from shared.heartbeat.simulation import first_arrival, simulate, until

BEGIN = 490_000
STEADY = Hour(slots=(10,) * SLOTS, minutes=(1 << 60) - 1)


def history(*silent: int, hours: int = 24) -> dict[int, Hour]:
    """A day in which something comes every minute, but in the hours named."""
    return {BEGIN + hour: STEADY for hour in range(hours) if hour not in silent}


def told(policy: Policy, *silent: int) -> list[tuple[float, FindingKind, Change]]:
    found = simulate(history(*silent), policy, BEGIN, (BEGIN + 24) * 3600.0)
    return [((one.at - BEGIN * 3600) / 60, one.verdict.finding.kind, one.verdict.change) for one in found]


def test_an_outage_is_found_after_the_interval_that_the_settings_allow() -> None:
    assert told(Policy(interval=600.0), 10, 11) == [
        (10 * 60 + 10, FindingKind.SILENT, Change.OPENED),
        (12 * 60 + 10, FindingKind.SILENT, Change.RECOVERED),
    ]
    assert told(Policy(interval=3600.0), 10, 11)[0] == (11 * 60, FindingKind.SILENT, Change.OPENED)


def test_settings_that_are_patient_enough_tell_nothing() -> None:
    assert told(Policy(interval=3 * 3600.0), 10, 11) == []
    assert told(Policy(interval=600.0)) == []


def test_a_check_sees_of_an_hour_only_what_had_come() -> None:
    part = until(STEADY, 16 * 60)
    assert part.count == 30
    assert part.minutes.bit_count() == 16
    assert until(STEADY, 0).count == 0


def test_the_first_arrival_is_known_to_the_minute() -> None:
    assert first_arrival({BEGIN + 1: STEADY, BEGIN: Hour(minutes=1 << 7)}) == BEGIN * 3600 + 7 * 60
    assert first_arrival({}) is None
