"""The changelog is dated, agrees with the version, and has the table of detectors' former ids."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

from shared.base.version import VERSION

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CHANGELOG.md").read_text("utf-8")
HEADINGS = re.findall(r"^## (.*)$", TEXT, re.MULTILINE)


def test_the_newest_release_is_the_version_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION
    assert HEADINGS[1].partition(" - ")[0] == VERSION


def test_releases_are_dated_newest_first_below_what_is_unreleased() -> None:
    assert HEADINGS[0] == "Unreleased"
    releases = [heading.split(" - ") for heading in HEADINGS[1:]]
    dates = [date.fromisoformat(day) for _, day in releases]
    versions = [tuple(map(int, version.split("."))) for version, _ in releases]
    assert dates == sorted(dates, reverse=True)
    assert versions == sorted(set(versions), reverse=True)


def test_the_table_of_ids_is_what_declarations_are_read_with() -> None:
    table = dict(re.findall(r"^\| `([\w.]+)` \| `([\w.]+)` \|$", TEXT, re.MULTILINE))
    former = (ROOT / "functions" / "detectors" / "former_ids.toml").read_text("utf-8")
    assert table == tomllib.loads(former)
