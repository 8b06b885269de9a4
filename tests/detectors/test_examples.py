"""Every detector has examples that hit and examples that miss, and behaves as they say."""

from __future__ import annotations

import pytest

import functions.detectors
from cli.examples import HERE, Example, alerts_of, examples_file, examples_of
from shared.detection.detector import Detector
from shared.detection.discovery import discover

ROOT = HERE.parents[1]
DETECTORS = discover(functions.detectors)
CASES = [(detector, example) for detector in DETECTORS for example in examples_of(detector)]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_a_detector_has_an_example_that_hits_and_one_that_misses(detector: Detector) -> None:
    expectations = {example.expect for example in examples_of(detector)}
    assert expectations == {"hit", "miss"}, f"write {examples_file(detector).relative_to(ROOT)}"


@pytest.mark.parametrize(
    ("detector", "example"), CASES, ids=[f"{example.detector}:{example.line}" for _, example in CASES]
)
def test_an_example_hits_or_misses_as_it_says(detector: Detector, example: Example) -> None:
    raised = [alert for alert in alerts_of(detector, example) if alert.rule == detector.id]
    assert bool(raised) == (example.expect == "hit"), example.why


def test_every_examples_file_belongs_to_a_detector() -> None:
    known = {examples_file(detector) for detector in DETECTORS}
    own = (ROOT / "functions" / "detectors" / "own").rglob("examples/*.jsonl")
    assert {*HERE.glob("*/*.jsonl"), *own} <= known
