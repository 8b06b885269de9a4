"""What CONTRIBUTING.md says of severities is true of the library."""

from __future__ import annotations

import re
from pathlib import Path

import functions.detectors
from shared.detection import Severity
from shared.detection.discovery import discover

TEXT = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text("utf-8")


def test_its_scale_has_every_severity_with_a_detector_of_that_severity() -> None:
    scale = dict(re.findall(r"^\| (\w+) \|.*\| `([\w.]+)` \|$", TEXT, re.MULTILINE))
    severities = {detector.id: detector.severity for detector in discover(functions.detectors)}
    assert {name: severities.get(example) for name, example in scale.items()} == {
        severity.value: severity for severity in Severity
    }
