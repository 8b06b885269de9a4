"""The scorer takes no alert for a find that is not one, and the simulator breaks what it says it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from lab.drift.faults import Fault
from lab.drift.play import Played
from lab.drift.run import sources_of
from lab.drift.score import score
from lab.drift.source import FiveMinutes, Source
from lab.drift.worlds import DAYS
from shared.base.severity import Severity
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind, Mute
from shared.heartbeat.judgement.verdict import SourceFinding, Verdict

STEADY = 2


@pytest.fixture(scope="module")
def source() -> Source:
    steady = sources_of(0)[STEADY]
    begin = steady.world.first_hour * 3600.0 + 20 * 86_400
    return replace(steady, faults=[Fault("outage", begin, begin + 4 * 3600)])


@pytest.fixture(scope="module")
def ordinary(source: Source) -> Sequence[FiveMinutes]:
    return list(source.slots(faulty=False))


def told(source: Source, kind: FindingKind, after: float, mute: Mute | None = None) -> Played:
    at = source.faults[0].start + after
    finding = SourceFinding(kind, at, 0, 0, 0, "", "")
    return Played(source, [(at, Verdict(finding, Change.OPENED, at, Severity.LOW, 0, mute))])


def test_an_outage_is_found_by_a_silence_within_its_time(
    source: Source, ordinary: Sequence[FiveMinutes]
) -> None:
    found = score(told(source, FindingKind.SILENT, 600), ordinary)
    assert [(outcome.after, outcome.in_time) for outcome in found.outcomes] == [(600, True)]
    assert found.false == []


def test_an_alert_that_comes_too_late_is_a_find_but_not_in_time(
    source: Source, ordinary: Sequence[FiveMinutes]
) -> None:
    (outcome,) = score(told(source, FindingKind.SILENT, 1_000), ordinary).outcomes
    assert (outcome.allowed, outcome.after, outcome.in_time) == (900, 1_000, False)


@pytest.mark.parametrize(
    "kind", [FindingKind.LATE, FindingKind.HIGH, FindingKind.MALFORMED, FindingKind.CHANGED]
)
def test_an_alert_of_another_kind_finds_no_outage_and_is_false(
    source: Source, ordinary: Sequence[FiveMinutes], kind: FindingKind
) -> None:
    found = score(told(source, kind, 600), ordinary)
    assert [outcome.after for outcome in found.outcomes] == [None]
    assert [alert.finding for alert in found.false] == [kind]


def test_what_nobody_is_told_finds_nothing(source: Source, ordinary: Sequence[FiveMinutes]) -> None:
    (outcome,) = score(told(source, FindingKind.SILENT, 600, Mute.COOLDOWN), ordinary).outcomes
    assert outcome.after is None


def test_an_alert_before_the_fault_is_false(source: Source, ordinary: Sequence[FiveMinutes]) -> None:
    found = score(told(source, FindingKind.SILENT, -600), ordinary)
    assert [outcome.after for outcome in found.outcomes] == [None]
    assert [alert.finding for alert in found.false] == [FindingKind.SILENT]


def test_an_alert_during_planned_work_is_false(source: Source, ordinary: Sequence[FiveMinutes]) -> None:
    planned = replace(source, faults=[replace(source.faults[0], name="planned outage")])
    found = score(told(planned, FindingKind.SILENT, 600), ordinary)
    assert (found.outcomes, [alert.finding for alert in found.false]) == ([], [FindingKind.SILENT])


@pytest.mark.parametrize("seed", range(5))
def test_faults_of_a_source_are_a_day_apart_and_within_the_sixty(seed: int) -> None:
    for one in sources_of(seed):
        faults = sorted(one.faults, key=lambda fault: fault.start)
        assert all(later.start - earlier.end >= 23 * 3600 for earlier, later in pairwise(faults)), one.name
        assert all(fault.start < fault.end <= one.world.last_hour * 3600 for fault in faults), one.name
        assert one.world.last_hour - one.world.first_hour == 24 * DAYS


def test_every_fault_meets_records_that_it_changes() -> None:
    for one in sources_of(0):
        if one.name == "declared":
            continue  # of what never comes there is nothing to change
        broken, whole = list(one.slots()), list(one.slots(faulty=False))
        first = one.world.first_hour * 3600
        for fault in one.faults:
            lasts = slice(int(fault.start - first) // 300 + 1, int(fault.end - first) // 300)
            usual = sum(part.count + part.undecoded for part in whole[lasts])
            came = sum(part.count for part in broken[lasts])
            assert usual > 0, (one.name, fault.name)
            if fault.name in {"outage", "sparse outage", "planned outage"}:
                assert came == 0, (one.name, fault.name)
            elif fault.name in {"drop", "flapping", "shift down", "malformed"}:
                assert came < 0.75 * usual, (one.name, fault.name)
            elif fault.name in {"spike", "shift up"}:
                assert came > 3 * usual, (one.name, fault.name)
