"""Writes the JSON that the templates load: `python -m build.infrastructure`, part of `make docs`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from build.infrastructure.functions import functions_json, queries_json
from build.infrastructure.rules import rules_json
from build.infrastructure.tables import streams_json, tables_json

INFRA: Final = Path(__file__).parents[2] / "infra"
FILES: Final[Mapping[str, Callable[[], object]]] = {
    "tables/tables.json": tables_json,
    "tables/streams.json": streams_json,
    "kql/functions.json": functions_json,
    "kql/queries.json": queries_json,
    "kql/rules.json": rules_json,
}
"""What is made, by its path under `infra`."""


def text_of(name: str) -> str:
    """What the file `name` must hold."""
    return json.dumps(FILES[name](), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes the files that have changed."""
    for name in FILES:
        path, made = INFRA / name, text_of(name)
        if not path.exists() or path.read_text("utf-8") != made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made, encoding="utf-8")
            print(f"infra/{name} was renewed", file=sys.stderr)


if __name__ == "__main__":
    main()
