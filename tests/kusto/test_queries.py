"""Every query of the project is right by Microsoft's own language service; a wrong one would be seen."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from build.infrastructure.functions import functions_json
from lab.parts.kusto import KQL_FILES, Verdict
from tests.kusto.conftest import WRONG, queries, shown_queries

QUERIES = queries()


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_no_diagnostic(name: str, verdicts: Mapping[str, Verdict]) -> None:
    assert verdicts[name].diagnostics == ()
    assert verdicts[name].columns


def test_every_file_is_among_the_queries() -> None:
    saved = {f"parsers/{one['name']}.kql" for one in functions_json()}
    assert KQL_FILES.keys() == saved | (QUERIES.keys() & KQL_FILES.keys())
    assert KQL_FILES


@pytest.mark.parametrize(("query", "code"), WRONG.items())
def test_a_wrong_query_is_diagnosed(query: str, code: str, verdicts: Mapping[str, Verdict]) -> None:
    diagnostics = verdicts[f"wrong {query}"].diagnostics
    assert any(line.startswith(f"wrong {query}:1: {code}") for line in diagnostics), diagnostics


def test_queries_in_the_documentation_are_right(verdicts: Mapping[str, Verdict]) -> None:
    shown = shown_queries()
    assert shown
    assert [line for name in shown for line in verdicts[name].diagnostics] == []


def test_the_query_about_arrival_is_right(verdicts: Mapping[str, Verdict]) -> None:
    verdict = verdicts["arrival"]
    assert (verdict.diagnostics, dict(verdict.columns)) == ((), {"EventUid": "string"})


def test_the_query_for_the_columns_is_right(verdicts: Mapping[str, Verdict]) -> None:
    verdict = verdicts["columns"]
    assert (verdict.diagnostics, dict(verdict.columns)) == ((), {"ColumnName": "string"})


def test_functions_come_after_those_that_they_call() -> None:
    assert [one["name"] for one in functions_json()] == [
        "TelltaleAlerts",
        "vimAlertEventTelltale",
        "ASimAlertEventTelltale",
    ]
