"""One run of the language service for all queries of the project."""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest

from build.infrastructure.functions import functions_json
from build.infrastructure.rules import RULES, query_of
from lab.parts.kusto import KQL_FILES, Verdict, checked
from lab.parts.node import PartMissing


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


@pytest.fixture(scope="session")
def verdicts() -> Mapping[str, Verdict]:
    """What the service says of each; skips where it cannot be installed, and fails with TELLTALE_REQUIRE_ALL=1."""
    try:
        return checked(queries())
    except PartMissing as reason:
        if os.environ.get("TELLTALE_REQUIRE_ALL") == "1":
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))
