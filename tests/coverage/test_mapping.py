"""What is covered, degraded, blind, without telemetry or without a detector, and the layer that shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.coverage.mapping import Cover, Covered, Sight, coverage
from shared.coverage.navigator import COLORS, layer
from shared.heartbeat.entity import OVERFLOW, Entity
from shared.heartbeat.judgement.finding_kinds import FindingKind
from shared.heartbeat.judgement.verdict import SourceFinding
from shared.heartbeat.state import HEALTHY, NEVER_SEEN, SILENT, SourceState
from tests.detection.probe import START, detector_of, probe

TECHNIQUE = "T1098"
ONE = replace(detector_of("one", probe(operation="A")), techniques=(TECHNIQUE,))
TWO = replace(detector_of("two", probe(operation="B")), techniques=(TECHNIQUE,))
NEEDS = {"tests.one": {"probe.records": ("actor_username",)}}


def state(name: str = HEALTHY, tenant: str = "t1", *findings: SourceFinding) -> SourceState:
    entity = Entity("probe.records", tenant, "ProbeLogs")
    seen = None if name == NEVER_SEEN else START
    return SourceState(entity, name, START, seen, seen, seen, 3, 1.0, timedelta(minutes=30), findings)


def finding(kind: FindingKind, detail: str = "") -> SourceFinding:
    return SourceFinding(kind, START.timestamp(), 0.0, 1.0, 0.5, "share", "because", detail)


def of(states: list[SourceState]) -> Covered:
    return next(one for one in coverage([ONE, TWO], states, NEEDS) if one.technique.id == TECHNIQUE)


@pytest.mark.parametrize(
    ("states", "cover"),
    [
        ([state()], Cover.COVERED),
        ([], Cover.NO_TELEMETRY),
        ([state(SILENT)], Cover.BLIND),
        ([state(NEVER_SEEN)], Cover.BLIND),
        ([state(), state(SILENT, "t2")], Cover.DEGRADED),
        ([state("late", "t1", finding(FindingKind.LATE))], Cover.DEGRADED),
        ([state("high", "t1", finding(FindingKind.HIGH))], Cover.COVERED),
        ([state("thin", "t1", finding(FindingKind.THIN, "actor_username, other"))], Cover.DEGRADED),
        ([state("thin", "t1", finding(FindingKind.THIN, "other"))], Cover.COVERED),
    ],
)
def test_a_technique_is_covered_as_far_as_its_detectors_see(states: list[SourceState], cover: Cover) -> None:
    assert of(states).cover is cover


def test_a_missing_field_impairs_only_the_detectors_that_need_it() -> None:
    found = of([state("thin", "t1", finding(FindingKind.THIN, "actor_username"))])
    assert found.detectors == {"tests.one": Sight.LESS, "tests.two": Sight.ALL}


def test_detectors_that_only_watch_in_the_shadow_cover_nothing() -> None:
    shadow = replace(ONE, stage="shadow")
    found = {one.technique.id: one.cover for one in coverage([shadow], [state()], {})}
    assert found[TECHNIQUE] is Cover.NO_DETECTOR


def test_names_beyond_the_limit_and_the_collectors_own_say_nothing_about_telemetry() -> None:
    overflow = replace(state(SILENT), entity=Entity("probe.records", "", OVERFLOW))
    own = replace(state(SILENT), entity=Entity("telltale.canary", "", ""))
    assert of([overflow, own]).cover is Cover.NO_TELEMETRY


def test_the_layer_shows_what_has_detectors_in_the_colour_of_its_state() -> None:
    found = coverage([ONE, TWO], [state(SILENT)], {})
    drawn = layer(found, "contoso")
    (technique,) = drawn["techniques"]
    assert technique["techniqueID"] == TECHNIQUE
    assert technique["color"] == COLORS[Cover.BLIND]
    assert "tests.one: nothing" in technique["comment"]
    assert drawn["versions"]["layer"] == "4.5"
    assert drawn["domain"] == "enterprise-attack"
    assert drawn["versions"]["attack"].isdigit()
