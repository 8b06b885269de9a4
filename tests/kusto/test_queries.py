"""Every query of the project is right by Microsoft's own language service; a wrong one would be seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from build.infrastructure.functions import functions_json
from lab.parts.kusto import KQL_FILES, Verdict, checked
from shared.upkeep.arrival.workspace import SCHEMA_QUERY
from shared.upkeep.arrival.workspace import query_of as arrival_query
from tests.kusto.conftest import queries

QUERIES = queries()
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_no_diagnostic(name: str, verdicts: Mapping[str, Verdict]) -> None:
    assert verdicts[name].diagnostics == ()
    assert verdicts[name].columns


def test_every_file_is_among_the_queries() -> None:
    saved = {f"parsers/{one['name']}.kql" for one in functions_json()}
    assert KQL_FILES.keys() == saved | (QUERIES.keys() & KQL_FILES.keys())
    assert KQL_FILES


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("TelltaleAlerts | where NoSuchColumn == 1", "KS142"),
        ("NoSuchTable | take 1", "KS204"),
        ("TelltaleAlerts_CL | where EventCount startswith 'a'", "KS106"),
        ("TelltaleAlerts | where", "KS006"),
        ("TelltaleAlerts | extend A = no_such_function(1)", "KS211"),
        ("vimAlertEventTelltale(nosuchparameter = 1)", "KS"),
    ],
)
def test_a_wrong_query_is_diagnosed(query: str, code: str, verdicts: Mapping[str, Verdict]) -> None:
    (verdict,) = checked({"wrong": query}).values()
    assert any(line.startswith(f"wrong:1: {code}") for line in verdict.diagnostics), verdict.diagnostics


def test_queries_in_the_documentation_are_right(verdicts: Mapping[str, Verdict]) -> None:
    shown = {
        f"{page.name}#{number}": text
        for page in DOCS.glob("*.md")
        for number, text in enumerate(
            re.findall(r"^```kql\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE), 1
        )
    }
    assert shown
    assert [line for verdict in checked(shown).values() for line in verdict.diagnostics] == []


def test_the_query_about_arrival_is_right() -> None:
    now = datetime(2026, 11, 24, 9, 30, 0, 123_456, tzinfo=UTC)
    (verdict,) = checked({"arrival": arrival_query(["0" * 32, "f" * 32], now, now)}).values()
    assert (verdict.diagnostics, dict(verdict.columns)) == ((), {"EventUid": "string"})


def test_the_query_for_the_columns_is_right() -> None:
    (verdict,) = checked({"columns": SCHEMA_QUERY}).values()
    assert (verdict.diagnostics, dict(verdict.columns)) == ((), {"ColumnName": "string"})


def test_functions_come_after_those_that_they_call() -> None:
    assert [one["name"] for one in functions_json()] == [
        "TelltaleAlerts",
        "vimAlertEventTelltale",
        "ASimAlertEventTelltale",
    ]
