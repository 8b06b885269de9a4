"""What a finding takes away: detectors and techniques, wholly or in part, in that tenant."""

from __future__ import annotations

from dataclasses import replace

from shared.coverage.blinding import Blinded, Blinding, together
from shared.heartbeat.entity import VIRTUAL, Entity
from shared.heartbeat.judgement.finding_kinds import FindingKind
from shared.heartbeat.state import HEALTHY, SILENT
from tests.coverage.test_mapping import NEEDS, ONE, TWO, finding, state

OTHER_SOURCE = state(HEALTHY, "t1")
OTHER = replace(OTHER_SOURCE, entity=Entity("other.records", "t1", "Logs"))
ENTITY = state().entity


def listens(name: str, *sources: str, techniques: tuple[str, ...] = ("T1098",)) -> object:
    """A detector of the name that reads these sources."""
    one = replace(ONE, id=f"tests.{name}", techniques=techniques)
    selections = tuple(replace(ONE.on[0], source=replace(ONE.on[0].source, id=source)) for source in sources)
    return replace(one, on=selections)


BOTH = listens("both", "probe.records", "other.records", techniques=("T1098", "T1078"))


def test_a_silent_source_blinds_those_that_read_nothing_else() -> None:
    blinding = Blinding([ONE, TWO], NEEDS)
    assert blinding.by(finding(FindingKind.SILENT), ENTITY, [state(SILENT)]) == Blinded(
        ("tests.one", "tests.two"), (), ("T1098",), ()
    )


def test_a_detector_that_reads_another_source_as_well_sees_less_and_its_technique_is_still_looked_for() -> (
    None
):
    blinding = Blinding([ONE, BOTH], NEEDS)  # type: ignore[list-item]
    blinded = blinding.by(finding(FindingKind.SILENT), ENTITY, [state(SILENT), OTHER])
    assert blinded.detectors == ("tests.one",)
    assert blinded.degraded_detectors == ("tests.both",)
    assert blinded.techniques == ()
    assert set(blinded.degraded_techniques) == {"T1098", "T1078"}


def test_another_source_that_is_dark_or_of_another_tenant_does_not_help() -> None:
    blinding = Blinding([BOTH], NEEDS)  # type: ignore[list-item]
    dark = replace(OTHER, state=SILENT)
    elsewhere = replace(OTHER, entity=OTHER.entity._replace(tenant="t2"))
    for other in (dark, elsewhere):
        blinded = blinding.by(finding(FindingKind.SILENT), ENTITY, [state(SILENT), other])
        assert blinded.detectors == ("tests.both",)
        assert set(blinded.techniques) == {"T1098", "T1078"}


def test_a_missing_field_blinds_only_those_that_need_it() -> None:
    blinding = Blinding([ONE, TWO], NEEDS)
    blinded = blinding.by(finding(FindingKind.THIN, "actor_username"), ENTITY, [state()])
    assert blinded.detectors == ("tests.one",)
    assert (blinded.techniques, blinded.degraded_techniques) == (
        (),
        ("T1098",),
    )  # tests.two looks for it still
    alone = Blinding([ONE], NEEDS).by(finding(FindingKind.THIN, "actor_username"), ENTITY, [state()])
    assert alone.techniques == ("T1098",)
    assert blinding.by(finding(FindingKind.THIN, "other"), ENTITY, [state()]) == Blinded()


def test_what_is_low_or_late_is_seen_less_and_what_is_high_takes_nothing_away() -> None:
    blinding = Blinding([ONE], NEEDS)
    for kind in (FindingKind.LOW, FindingKind.LATE, FindingKind.MALFORMED, FindingKind.SKEWED):
        blinded = blinding.by(finding(kind), ENTITY, [state()])
        assert (blinded.detectors, blinded.degraded_detectors) == ((), ("tests.one",))
    assert blinding.by(finding(FindingKind.HIGH), ENTITY, [state()]) == Blinded()


def test_a_virtual_source_blinds_what_reads_its_members() -> None:
    blinding = Blinding([ONE], NEEDS)
    entity = Entity(VIRTUAL, "", "Probes")
    assert blinding.by(finding(FindingKind.SILENT), entity, [], ["probe.records"]).detectors == ("tests.one",)


def test_the_same_taken_away_twice_is_told_once_and_what_is_blind_is_not_degraded() -> None:
    united = together([Blinded(("a",), ("b",), ("T1",), ("T2",)), Blinded(("b",), ("a",), ("T2",), ())])
    assert united == Blinded(("a", "b"), (), ("T1", "T2"), ())
