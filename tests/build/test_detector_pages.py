"""The page of each detector says what its declaration and its example say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import functions.detectors
from build.detector_pages import PAGES, address_of, page, pages, stale
from shared.detection import Severity, contains, detector, none_of, present
from shared.detection.discovery import discover
from shared.events import Event, entra_signin

DETECTORS = {address_of(one): one for one in discover(functions.detectors)}


@pytest.fixture(scope="module")
def made() -> Mapping[str, str]:
    return pages()


@pytest.mark.parametrize("address", DETECTORS)
def test_the_page_of_a_detector_is_current_and_shows_an_alert(address: str, made: Mapping[str, str]) -> None:
    path = PAGES / address
    assert path.is_file(), f"docs/detectors/{address} is missing: run `make docs`"
    assert path.read_text("utf-8") == made[address], f"docs/detectors/{address} fell behind: run `make docs`"
    for step in (*DETECTORS[address].runbook, *DETECTORS[address].response):
        assert " ".join(step.split()) in made[address]
    assert '"AlertName"' in made[address]
    for target in re.findall(r"\]\((\.[^)]+)\)", made[address]):
        assert (path.parent / target).exists()


def test_no_page_is_left_of_a_detector_that_is_gone(made: Mapping[str, str]) -> None:
    assert stale(PAGES, made) == []


def test_a_page_without_its_detector_is_found(tmp_path: Path) -> None:
    (tmp_path / "identity").mkdir()
    (tmp_path / "identity" / "gone.md").write_text("")
    (tmp_path / "identity" / "kept.md").write_text("")
    assert stale(tmp_path, {"identity/kept.md": ""}) == [tmp_path / "identity" / "gone.md"]


def test_conditions_are_put_into_words() -> None:
    @detector(
        title="Somebody",
        severity=Severity.LOW,
        on=entra_signin(
            event_result="Failure",
            app_name=contains("Azure", "Graph"),
            actor_user_type=none_of("guest"),
            src_ip_addr=present(),
        ),
    )
    def declared(event: Event) -> bool:
        """Why it matters to somebody."""
        return bool(event.session_id == "x")

    text = page(declared)
    assert "A record of `entra.signin`, of which all of this holds, in upper or lower case:" in text
    for line in (
        "- `event_result` is `failure`",
        "- `app_name` contains `azure` or `graph`",
        "- `actor_user_type` is none of `guest`",
        "- `src_ip_addr` has a value",
        "Its code then decides by `session_id`.",
    ):
        assert line in text
