"""What a customer may declare about detectors and sources, and how a wrong declaration is refused."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from shared.collector.tuning import check_declared, tuned
from shared.customer.declarations import Declarations, load_declarations
from shared.detection import DeclarationError, Detector, Severity, count, distinct
from tests.detection.probe import by, detector_of, event_of, probe, registry

PLAIN = detector_of("plain", probe(operation="Sign in"))
COUNTED = detector_of("counted", window=count(by="actor_username", threshold=5, period="10m"))
VALUES = detector_of("values", window=distinct(of="app_name", by="actor_username", threshold=5, period="10m"))
ALL = (PLAIN, COUNTED, VALUES)


def unchanged(detector: Detector) -> dict[str, Any]:
    """All that a detector declares; tactics follow from techniques."""
    return {one.name: getattr(detector, one.name) for one in fields(detector) if one.name != "tactics"}


def said(**content: Any) -> Declarations:
    return Declarations.model_validate(content)


def test_without_declarations_detectors_stay_as_they_are() -> None:
    assert [unchanged(one) for one in tuned(ALL, said())] == [unchanged(one) for one in ALL]


def test_what_is_declared_changes_its_detector_and_no_other() -> None:
    override = {
        "severity": "high",
        "threshold": 9,
        "stage": "shadow",
        "allow": {"actor_username": ["Ann", "BOB"]},
    }
    plain, counted, values = tuned(ALL, said(detectors={"tests.counted": override}))
    assert [unchanged(plain), unchanged(values)] == [unchanged(PLAIN), unchanged(VALUES)]
    assert counted.window == replace(COUNTED.window, threshold=9)  # type: ignore[type-var]  # it has a window
    assert (counted.severity, counted.stage) == (Severity.HIGH, "shadow")
    assert counted.allow == {"actor_username": frozenset({"ann", "bob"})}


def test_a_detector_that_is_switched_off_is_left_out() -> None:
    left = tuned(ALL, said(detectors={"tests.plain": {"enabled": False}}))
    assert [one.id for one in left] == [COUNTED.id, VALUES.id]


def test_the_body_is_not_asked_about_an_allow_list() -> None:
    (plain,) = tuned([PLAIN], said(detectors={"tests.plain": {"allow": {"actor_username": ["ann"]}}}))
    assert plain(event_of(by("ann")))  # the run asks the list, not the detector


FILE = """
[detectors.tests.plain]
severity = "low"

[detectors.tests.{name}]
{line}
"""


@pytest.mark.parametrize(
    ("name", "line", "place"),
    [
        ("missing", "enabled = true", "declared.toml:5: detectors.tests.missing is not a detector"),
        ("plain2", "enabled = true", "did you mean tests.plain?"),
        ("counted", "threshold = 0", "declared.toml:6: detectors.tests.counted.threshold"),
        ("counted", "severity = 'severe'", "declared.toml:6: detectors.tests.counted.severity"),
        ("counted", "allow = {user = ['ann']}", "counted.allow.user is not a normalised field"),
        ("counted", "allow = {'a..b' = ['ann']}", "is not a normalised field"),
        ("values", "threshold = 10000001", "declared.toml:6: detectors.tests.values.threshold is 10000001; distinct"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_about_a_detector_is_refused_with_file_and_line(
    tmp_path: Path, name: str, line: str, place: str
) -> None:
    path = tmp_path / "declared.toml"
    path.write_text(FILE.format(name=name, line=line), "utf-8")
    with pytest.raises(DeclarationError) as caught:
        tuned(ALL, load_declarations(path))
    assert place in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_threshold_for_a_detector_without_a_window_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"tests\.plain has no window and so no threshold"):
        tuned(ALL, said(detectors={"tests.plain": {"threshold": 3}}))


def test_a_technique_that_does_not_exist_is_refused_with_its_detector() -> None:
    with pytest.raises(DeclarationError, match=r"detector tests\.plain: techniques: 'T0'"):
        tuned([replace(PLAIN, techniques=("T0",))], said())


SOURCES = """
[[change_windows]]
name = "move"
start = 2026-11-02T09:00:00Z
end = 2026-11-02T10:00:00Z
sources = ["{window}"]

[[expected_sources]]
source = "{source}"
interval = "1h"

[watchlists.leavers]
field = "{field}"
values = ["ann"]
"""


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"source": "probe.record"}, "declared.toml:9: expected_sources[0].source names 'probe.record', which is no"),
        ({"source": "entra.signin"}, "declared.toml:9: expected_sources[0].source names 'entra.signin'"),
        ({"window": "probe"}, "declared.toml:6: change_windows[0].sources names 'probe', which is not a source"),
        ({"field": "username"}, "declared.toml:13: watchlists.leavers.field is 'username', a field that no"),
        ({"field": "network_bytes"}, "watchlists.leavers.field is 'network_bytes'"),
    ],
)  # fmt: skip
def test_a_source_or_field_that_does_not_exist_is_refused_with_file_and_line(
    tmp_path: Path, changes: dict[str, str], place: str
) -> None:
    right = {"window": "probe.records", "source": "probe.other", "field": "actor_username"}
    path = tmp_path / "declared.toml"
    path.write_text(SOURCES.format(**right), "utf-8")
    check_declared(load_declarations(path), ALL, registry())
    path.write_text(SOURCES.format(**{**right, **changes}), "utf-8")
    with pytest.raises(DeclarationError) as caught:
        check_declared(load_declarations(path), ALL, registry())
    assert place in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_application_is_a_source_that_may_be_expected() -> None:
    from shared.events.registry import registry as real

    check_declared(said(expected_sources=[{"source": "app.payroll", "interval": "1h"}]), ALL, real())
