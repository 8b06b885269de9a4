"""The page of each detector says what its declaration and its example say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from os.path import normpath
from pathlib import Path

import pytest

import functions.detectors
from build.detector_pages import address_of, page, pages, stale
from build.documents import built_pages
from shared.detection import Severity, contains, detector, none_of, present
from shared.detection.discovery import discover
from shared.events import Event, entra_signin
from shared.events.registry import registry

DETECTORS = {address_of(one): one for one in discover(functions.detectors)}


@pytest.fixture(scope="module")
def made() -> Mapping[str, str]:
    return {
        **built_pages(registry(), [*DETECTORS.values()]),
        **{f"detectors/{name}": text for name, text in pages(DETECTORS.values()).items()},
    }


@pytest.mark.parametrize("address", DETECTORS)
def test_the_page_of_a_detector_says_what_to_do_and_shows_an_alert(
    address: str, made: Mapping[str, str]
) -> None:
    page = made[f"detectors/{address}"]
    for step in (*DETECTORS[address].runbook, *DETECTORS[address].response):
        assert " ".join(step.split()) in page
    assert '"AlertName"' in page


def test_the_built_pages_link_to_each_other_only(made: Mapping[str, str]) -> None:
    for name, text in made.items():
        for target in re.findall(r"\]\((?!https:)([^)#]+)\)", text):
            assert normpath(Path(name).parent / target) in made, f"{name} links to {target}"


def test_every_detector_and_every_source_is_listed(made: Mapping[str, str]) -> None:
    assert all(f"(detectors/{address})" in made["detectors.md"] for address in DETECTORS)
    assert all(f"| `{source.id}" in made["sources.md"] for source in registry())
    assert "`authn_login_fail` | `application." in made["application-events.md"]


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
