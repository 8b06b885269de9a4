"""Writes `docs/application-event.schema.json`: the contract for application events, for editors and other languages.

Run by `make docs`; a test compares the file with the model.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from shared.events.contract.application import json_schema

FILE: Final = Path(__file__).parents[1] / "docs" / "application-event.schema.json"


def schema_text() -> str:
    """What the file must hold."""
    return json.dumps(json_schema(), indent=2) + "\n"


def main() -> None:
    """Writes the file if it has changed."""
    made = schema_text()
    if not FILE.exists() or FILE.read_text(encoding="utf-8") != made:
        FILE.write_text(made, encoding="utf-8")
        print(f"docs/{FILE.name} was renewed", file=sys.stderr)


if __name__ == "__main__":
    main()
