"""The detectors as a library: what each must say, so that an analyst at night and the coverage map can rely on it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections import Counter
from pathlib import Path

import pytest

import functions.detectors
from cli.examples import alerts_of, examples_of
from shared.alerts.alert_row import encoded, to_row
from shared.base.severity import Severity
from shared.coverage.attack import technique
from shared.detection.detector import Detector
from shared.detection.discovery import discover
from shared.events.event import NAMES
from tests.alerts.alert_event_model import AlertEvent

DETECTORS = discover(functions.detectors)
ROOT = Path(__file__).parents[2]
PLACE = re.compile(r"\{([^{}]*)\}")
COMPUTED = {"count", "key", "source", "category"}
REFERENCE = re.compile(r"https://[a-z.-]+/\S+")

each = pytest.mark.parametrize("detector", DETECTORS, ids=lambda one: one.id)


def places(texts: tuple[str, ...]) -> set[str]:
    return {name for text in texts for name in PLACE.findall(text)}


def raised_fields(detector: Detector) -> set[str]:
    """The normalised fields that at least one of the sources it selects from may fill."""
    return {name for selection in detector.on for name in selection.source.fields}


@each
def test_it_is_found_under_its_folder_and_name(detector: Detector) -> None:
    family, _, name = detector.id.partition(".")
    assert detector.module.startswith(f"functions.detectors.{family}.")
    assert detector.module == f"functions.detectors.{detector.id}" or family == "own"
    module = ast.parse((ROOT / Path(*detector.module.split("."))).with_suffix(".py").read_text("utf-8"))
    functions = [
        node.name for node in module.body if isinstance(node, ast.FunctionDef) and node.decorator_list
    ]
    assert functions == [name]


@each
def test_its_techniques_exist(detector: Detector) -> None:
    assert detector.techniques, "say which technique it shows; coverage is derived from it"
    assert len(set(detector.techniques)) == len(detector.techniques)
    for identity in detector.techniques:
        technique(identity)


@each
def test_it_tells_the_analyst_what_to_do_and_where_it_is_documented(detector: Detector) -> None:
    assert 2 <= len(detector.runbook) <= 5, "two to five steps"
    assert detector.response
    assert detector.references, "the pages of its techniques are some"
    for text in (*detector.runbook, *detector.response, *detector.false_positives):
        assert text[0].isupper() or text[0] in "{`", text
        assert text.endswith((".", "?")), text
    assert all(REFERENCE.fullmatch(reference) for reference in detector.references)
    assert len(detector.description) >= 30
    assert detector.description.endswith(".")


@each
def test_what_its_title_names_stands_in_its_sources(detector: Detector) -> None:
    named = places((detector.title,))
    paths = {name for name in named if "." in name}
    assert named - COMPUTED - paths <= raised_fields(detector)
    if detector.window is None:
        assert not named & {"key"}, "a key is what windows have"


@each
def test_what_its_steps_name_is_a_field_that_its_alerts_carry(detector: Detector) -> None:
    named = places((*detector.runbook, *detector.response))
    assert named - COMPUTED <= set(detector.carried), "put it into entities="
    assert {name for name in named - COMPUTED if "." not in name} <= raised_fields(detector)


@each
def test_its_window_is_about_fields_of_every_source(detector: Detector) -> None:
    window = detector.window
    if window is None:
        return
    assert not detector.dedup, "a window is told once per key and dedup_period by itself"
    if window.kind in ("count", "distinct", "rate", "share"):
        assert window.threshold >= 2, "a window of one record is no window"
    assert window.of not in window.by
    names = {*window.by, *((window.of,) if window.of else ())}
    for selection in detector.on:
        asked = {name for name in names if name in NAMES}
        assert asked <= set(selection.source.fields), (
            f"{selection.source.id} has no such field: it counts nowhere"
        )


@each
def test_its_dedup_tells_records_of_every_source_apart(detector: Detector) -> None:
    names = {name for name in detector.dedup if name in NAMES}
    for selection in detector.on:
        assert not names or names & set(selection.source.fields), f"{selection.source.id} has none of them"


@each
def test_its_severity_and_confidence_are_sober(detector: Detector) -> None:
    assert 1 <= detector.confidence <= 99
    if detector.severity is Severity.HIGH:
        assert detector.confidence >= 50, "nobody is woken for less than an even chance"


@each
def test_its_body_is_called_only_if_it_says_something(detector: Detector) -> None:
    if detector.body is not None:
        assert len(inspect.signature(detector.body).parameters) == 1


@each
def test_the_alerts_of_its_examples_are_rows_that_sentinel_takes(detector: Detector) -> None:
    hits = [example for example in examples_of(detector) if example.expect == "hit"]
    for example in hits:
        for alert in alerts_of(detector, example):
            row = {**to_row(alert), "TimeGenerated": "2026-11-02T09:00:00.000000Z"}
            model = AlertEvent.model_validate_json(encoded(row))
            assert "{" not in model.AlertName
            assert "an unknown" not in model.AlertName, "the example has no value for what the title names"
            assert "(unknown)" not in model.AlertName


def test_no_detector_writes_the_page_of_a_technique_that_is_derived() -> None:
    written = [
        path.relative_to(ROOT).as_posix()
        for path in sorted(ROOT.glob("functions/detectors/*/*.py"))
        if path.parent.name != "own" and "attack.mitre.org/techniques" in path.read_text("utf-8")
    ]
    assert written == []


def test_a_vocabulary_lists_words_and_holds_no_detector_because_discovery_skips_it() -> None:
    paths = sorted(ROOT.glob("functions/detectors/*/vocabulary.py"))
    assert paths
    for path in paths:
        module = importlib.import_module(f"functions.detectors.{path.parent.name}.vocabulary")
        assert not [name for name, value in vars(module).items() if isinstance(value, Detector)], path


def test_no_two_detectors_have_the_same_title() -> None:
    titles = Counter(detector.title for detector in DETECTORS)
    assert [title for title, number in titles.items() if number > 1] == []


def test_findings_can_be_enriched_because_every_detector_carries_what_is_looked_up() -> None:
    carried = set.intersection(*(set(detector.carried) for detector in DETECTORS))
    looked_up = {"src_ip_addr", "actor_username", "actor_user_id", "app_id", "resource_id", "subscription_id"}
    assert looked_up <= carried
