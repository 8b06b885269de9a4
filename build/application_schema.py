"""Writes `docs/application-event.schema.json`: the contract for application events, for editors and other languages.

Run by `make docs`; a test compares the file with the declaration of the contract.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from build.owasp_terms import TERMS
from shared.events.contract.application_event import FIELDS, FieldRule

FILE: Final = Path(__file__).parents[1] / "docs" / "application-event.schema.json"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
DESCRIPTION: Final = """\
Something that happened in an application and matters to its security.

Fields that this version does not name are kept; detectors can read them. A field that has no value is left out,
or null. Texts have no greatest length but that of the message (1 MiB); cut long ones to about 1,000 characters."""


def json_schema() -> dict[str, Any]:
    """The contract as a JSON Schema (2020-12)."""
    return {
        "$schema": DIALECT,
        "additionalProperties": True,
        "description": DESCRIPTION,
        "properties": {field.name: _property(field) for field in FIELDS},
        "required": [field.name for field in FIELDS if field.required],
        "title": "Application event",
        "type": "object",
    }


def _property(field: FieldRule) -> dict[str, Any]:
    about: dict[str, Any] = {
        "description": field.description,
        "title": field.name.replace("_", " ").title(),
    }
    if field.examples:
        about["examples"] = list(field.examples)
    value = _value(field)
    if not field.required:
        value = {"anyOf": [value, {"type": "null"}], "default": None}
    elif field.name == "event":
        value["anyOf"] = _names(value.pop("pattern"))
    return dict(sorted({**value, **about}.items()))


def _value(field: FieldRule) -> dict[str, Any]:
    if field.kind == "object":
        return {"additionalProperties": True, "type": "object"}
    if field.kind == "number":
        return {"maximum": field.greatest, "minimum": field.least, "type": "integer"}
    value: dict[str, Any] = {"type": "string"}
    if field.longest is not None:
        value |= {"maxLength": field.longest, "minLength": 1}
    if field.pattern is not None:
        value["pattern"] = field.pattern
    if field.is_time:
        value["format"] = "date-time"
    return value


def _names(pattern: str) -> list[dict[str, Any]]:
    """Offers the names of the vocabulary to editors, with what they mean, and still allows others."""
    terms = [
        {"const": term.name, "description": f"{term.name}[:{term.parameters}]: {term.meaning}."}
        for term in TERMS
    ]
    return [
        {"oneOf": terms, "title": "A name of the OWASP Application Logging Vocabulary"},
        {"pattern": pattern, "title": "Such a name with parameters, or a name of your own"},
    ]


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
