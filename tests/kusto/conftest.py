"""One run of the language service for all queries of the project."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from build.infrastructure.functions import functions_json
from build.infrastructure.rules import RULES, query_of
from lab.parts.kusto import KQL_FILES, Verdict, checked
from lab.parts.node import PartMissing
from shared.upkeep.arrival.workspace import SCHEMA_QUERY
from shared.upkeep.arrival.workspace import query_of as arrival_query
from tests.once_a_run import once_a_run

DOCS = Path(__file__).parents[2] / "docs"
NOW = datetime(2026, 11, 24, 9, 30, 0, 123_456, tzinfo=UTC)
WRONG = {
    "TelltaleAlerts | where NoSuchColumn == 1": "KS142",
    "NoSuchTable | take 1": "KS204",
    "TelltaleAlerts_CL | where EventCount startswith 'a'": "KS106",
    "TelltaleAlerts | where": "KS006",
    "TelltaleAlerts | extend A = no_such_function(1)": "KS211",
    "vimAlertEventTelltale(nosuchparameter = 1)": "KS",
}
"""Wrong queries, each with the beginning of the code of its diagnostic."""


def queries() -> dict[str, str]:
    """Every query of the project, by its file under infra/kql or as `function` or `rule` and its name."""
    whole = {
        f"function {one['name']}": (f"let inline = ({one['parameters']}) {{\n{one['query']}\n}};\ninline()")
        for one in functions_json()
    }
    whole |= {f"rule {rule.name}": query_of(rule) for rule in RULES}
    parsers = {f"{one['name']}.kql" for one in functions_json()}
    return whole | {
        name: path.read_text("utf-8") for name, path in KQL_FILES.items() if path.name not in parsers
    }


def shown_queries() -> dict[str, str]:
    """The queries in the documentation, by page and number."""
    return {
        f"{page.name}#{number}": text
        for page in DOCS.glob("*.md")
        for number, text in enumerate(
            re.findall(r"^```kql\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE), 1
        )
    }


@pytest.fixture(scope="session")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    """What the service says of each, asked once, since its start takes longer than all of them.

    Besides the queries of the project: those of the documentation, those that the collector asks (`arrival` and
    `columns`), and wrong ones as `wrong` and the query. Skips where the service cannot be installed, and fails with
    TELLTALE_REQUIRE_ALL=1.
    """
    asked = {
        "arrival": arrival_query(["0" * 32, "f" * 32], NOW, NOW),
        "columns": SCHEMA_QUERY,
        **{f"wrong {query}": query for query in WRONG},
    }
    try:
        return once_a_run(tmp_path_factory, "kusto", lambda: checked(queries() | shown_queries() | asked))
    except PartMissing as reason:
        if os.environ.get("TELLTALE_REQUIRE_ALL") == "1":
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))
