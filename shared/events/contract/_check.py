"""Whether an application event keeps its contract, and if not, which field breaks it.

Every record comes through here, so that it must cost next to nothing: the fast decoder takes the declared types from
`TYPES` and asks `keeps` about the rest; `violation` says of a record that was refused what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Annotated, Any, Final

from msgspec import Meta

from shared.events.contract.application_event import CONTRACT, FIELDS, FieldRule
from shared.events.paths import Record
from shared.events.source_definition import OBJECT
from shared.events.times import parse_time

FAMILY: Final = "telltale.app/"
"""How the `schema` of every version of the contract begins."""


def _decoded(field: FieldRule) -> Any:
    if field.kind == "object":
        return OBJECT
    kind = str if field.kind == "text" else Annotated[int, Meta(ge=field.least, le=field.greatest)]
    return kind if field.required else kind | None


TYPES: Final[Mapping[str, Any]] = {field.name: _decoded(field) for field in FIELDS}
"""Every declared field, as msgspec decodes it."""

REQUIRED: Final = tuple(field.name for field in FIELDS if field.required)

_SCHEMA, _TIME, _APP, _EVENT = FIELDS[:4]
_BY_KIND = sorted(FIELDS, key=lambda field: ("text", "number", "object").index(field.kind))
_PATTERNS = {field: re.compile(field.pattern).search for field in FIELDS if field.pattern}
_LONGEST = 64
_OTHER_SCHEMA = re.compile(re.escape(FAMILY) + r"[0-9.]{1,12}\Z")
_REPAIRS = {
    _TIME: "cannot be read; write it like 2026-03-01T12:00:00.000Z",
    _APP: f"must have from 1 to {_APP.longest} characters and not only blanks",
    _EVENT: "must begin with a name of letters, digits and _ . - (at most 64), such as authn_login_fail; "
    "parameters follow after a colon",
}

_schema_and_app = attrgetter("tenant", "category")  # where the head of an application event holds them
_event_of = attrgetter("operation")
_time_of = attrgetter("time")
_fifth, _last = itemgetter(4), itemgetter(-1)


def _fits(field: FieldRule, text: str) -> bool:
    """Whether a text has the length and the form of its field."""
    if field.longest is not None and len(text) > field.longest:
        return False
    if field.is_time:
        return parse_time(text) is not None
    return field not in _PATTERNS or _PATTERNS[field](text) is not None


@lru_cache(maxsize=1024)
def _is_known_name(name: str) -> bool:
    return _fits(_EVENT, name)


def keeps(heads: Collection[Any]) -> bool:
    """Whether heads whose fields have the declared types keep the rest of the contract."""
    for schema, app in set(map(_schema_and_app, heads)):
        if not (_fits(_SCHEMA, schema) and _fits(_APP, app)):
            return False
    for name in {event.partition(":")[0] for event in map(_event_of, heads)}:
        if len(name) > _LONGEST or not _is_known_name(name):
            return False
    times = list(map(_time_of, heads))
    return _are_usual_times(times) or all(_fits(_TIME, text) for text in times)


def _are_usual_times(texts: list[str]) -> bool:
    """Whether all `texts` are times as most senders write them, `2026-03-01T12:00:00.000Z`; a look at all at once."""
    try:
        for _ in map(datetime.fromisoformat, texts):
            pass
    except ValueError:
        return False
    # The interpreter also reads forms without hyphens, and digits without end.
    return (
        set(map(_fifth, texts)) == {"-"}
        and set(map(_last, texts)) == {"Z"}
        and max(map(len, texts)) <= _LONGEST
    )


def violation(record: Record) -> str | None:
    """Which field of an application event breaks the contract, and how; None for one that keeps it.

    The words hold no value of the event but a version, so that dead letters of one mistake can be counted together.
    """
    found = _violation(record)
    return None if found is None else f"application event: $.{found[0]} {found[1]}"


def _violation(record: Record) -> tuple[str, str] | None:
    schema = record.get("schema")
    if isinstance(schema, str) and not _fits(_SCHEMA, schema):
        other = _OTHER_SCHEMA.search(schema)
        return "schema", f"must be {CONTRACT}{f', is {other.group()}' if other else ''}"
    for name in REQUIRED:
        if name not in record:
            return name, "is missing"
    for field in _BY_KIND:
        value = record.get(field.name)
        if (value is not None or field.required) and (fault := _fault(field, value)):
            return field.name, fault
    for field, repair in _REPAIRS.items():
        if not _fits(field, record[field.name]):
            return field.name, repair
    return None


def _fault(field: FieldRule, value: Any) -> str | None:
    """What keeps a value from being of its field's kind."""
    if field.kind == "text":
        return None if isinstance(value, str) else f"must be text, is {_kind(value)}"
    if field.kind == "object":
        return None if isinstance(value, dict) else f"must be an object, is {_kind(value)}"
    if not isinstance(value, int) or isinstance(value, bool):
        kind = "one with a fraction or an exponent" if isinstance(value, float) else _kind(value)
        return f"must be a whole number, is {kind}"
    in_bounds = field.least <= value <= field.greatest
    return None if in_bounds else f"must be from {field.least} to {field.greatest}"


def _kind(value: Any) -> str:
    """What a JSON value is, in words."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    names = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "something else")
