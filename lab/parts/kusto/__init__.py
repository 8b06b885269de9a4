"""Microsoft's Kusto language service, which says of a query what Log Analytics would say: names, types, syntax.

`python -m lab.parts.kusto`, part of `make setup`, installs into `.tools/kusto` what `package-lock.json` pins.
`checked` declares our tables from the generated schema, the platform's from `platform_tables.json`, and our
functions as the template saves them.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from build.infrastructure.functions import KQL, functions_json
from build.infrastructure.tables import kusto_schemas
from lab.parts.node import NodePart, node_and_npm

HERE: Final = Path(__file__).parent
PART: Final = NodePart(HERE, "The Kusto language service")
SECONDS: Final = 120
KQL_FILES: Final = {str(path.relative_to(KQL)): path for path in sorted(KQL.rglob("*.kql"))}
"""Every query under infra/kql, by its path there."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the service says of a query: one line for each diagnostic, and the columns of its result."""

    diagnostics: tuple[str, ...]
    columns: Mapping[str, str]


def checked(queries: Mapping[str, str]) -> dict[str, Verdict]:
    """The verdict on each query, by its name; raises PartMissing where the service is not installed."""
    PART.require()
    schemas = {**json.loads((HERE / "platform_tables.json").read_text("utf-8")), **kusto_schemas()}
    asked: dict[str, Any] = {
        "tables": [{"name": name, "schema": schema} for name, schema in schemas.items()],
        "functions": [
            {"name": one["name"], "parameters": one["parameters"], "body": one["query"]}
            for one in functions_json()
        ],
        "queries": [{"name": name, "text": text} for name, text in queries.items()],
    }
    program, _ = node_and_npm()
    finished = subprocess.run(
        [program, str(HERE / "check.js"), str(PART.installed)],
        input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    return {
        answer["name"]: Verdict(
            tuple(
                f"{answer['name']}:{found['line']}: {found['code']} {found['message']}"
                for found in answer["diagnostics"]
            ),
            {column["name"]: column["type"] for column in answer["columns"]},
        )
        for answer in json.loads(finished.stdout)
    }
