"""Whether an application event keeps its contract, and if not, which field breaks it: for the way of every record.

`contract.py` is the same contract for people and tools (pydantic model, JSON Schema) and is never imported here: this
must cost next to nothing. The fast decoder takes the declared types from `TYPES` and asks `keeps` about the rest;
records that it refuses are read the careful way, and `violation` says what is wrong with them. Tests hold all
of them to one meaning.

A text that users of an application choose (names, user agents, URLs, parameters of an event) has no greatest length:
otherwise a long user agent would be a way past every detector.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Annotated, Any, Final

from msgspec import Meta

from shared.events.paths import Record
from shared.events.source import OBJECT
from shared.events.times import parse_time

FAMILY: Final = "telltale.app/"
"""How the `schema` of every version of the contract begins."""

CONTRACT: Final = "telltale.app/1"
"""The version that senders of today name."""

SCHEMA_PATTERN: Final = r"^telltale\.app/1(\.[0-9]{1,3})?$(?!\n)"
"""Versions that are read: 1, and minor ones, which only add fields (`$` alone would let a line feed pass)."""

EVENT_PATTERN: Final = r"^[A-Za-z][A-Za-z0-9_.-]{0,63}(:|$(?!\n))"
"""A name of the vocabulary or one's own, then nothing, or a colon and parameters of any kind."""

LONGEST_APP: Final = 64
GREATEST_COUNT: Final = 1_000_000_000

REQUIRED: Final = ("schema", "time", "app", "event")
TEXTS: Final = (
    *REQUIRED,
    "event_id",
    "result",
    "result_details",
    "level",
    "description",
    "tenant_id",
    "session_id",
    "correlation_id",
    "actor_user_id",
    "actor_username",
    "actor_user_type",
    "src_ip_addr",
    "src_geo_country",
    "http_user_agent",
    "http_method",
    "url",
    "target_type",
    "target_id",
    "target_name",
    "target_user_id",
    "target_username",
    "target_tenant_id",
)
NUMBERS: Final[Mapping[str, tuple[int, int]]] = {"http_status_code": (0, 999), "count": (1, GREATEST_COUNT)}
"""Whole numbers, each with the least and the greatest value."""
OBJECTS: Final = ("details",)

TYPES: Final[Mapping[str, Any]] = {
    **dict.fromkeys(TEXTS, str | None),
    **dict.fromkeys(REQUIRED, str),
    **{
        name: Annotated[int, Meta(ge=least, le=greatest)] | None
        for name, (least, greatest) in NUMBERS.items()
    },
    **dict.fromkeys(OBJECTS, OBJECT),
}
"""Every declared field, as msgspec decodes it."""

_LONGEST = 64
_SCHEMA = re.compile(SCHEMA_PATTERN)
_OTHER_SCHEMA = re.compile(re.escape(FAMILY) + r"[0-9.]{1,12}\Z")
_EVENT = re.compile(EVENT_PATTERN)

_schema_and_app = attrgetter("tenant", "category")  # where the head of an application event holds them
_event_of = attrgetter("operation")
_time_of = attrgetter("time")
_fifth, _last = itemgetter(4), itemgetter(-1)


def is_schema(text: str) -> bool:
    """Whether `text` is a version of the contract that is read."""
    return len(text) <= _LONGEST and _SCHEMA.search(text) is not None


def is_app(text: str) -> bool:
    """Whether `text` can name an application."""
    return len(text) <= LONGEST_APP and not text.isspace() and text != ""


def is_event(text: str) -> bool:
    """Whether `text` is an event's name, with or without parameters."""
    return _EVENT.search(text) is not None


def is_time(text: str) -> bool:
    """Whether `text` is a time that can be read."""
    return len(text) <= _LONGEST and parse_time(text) is not None


@lru_cache(maxsize=1024)
def _is_known_name(name: str) -> bool:
    return is_event(name)


def keeps(heads: Collection[Any]) -> bool:
    """Whether heads whose fields have the declared types keep the rest of the contract."""
    for schema, app in set(map(_schema_and_app, heads)):
        if not (is_schema(schema) and is_app(app)):
            return False
    for name in {event.partition(":")[0] for event in map(_event_of, heads)}:
        if len(name) > _LONGEST or not _is_known_name(name):
            return False
    times = list(map(_time_of, heads))
    return _are_usual_times(times) or all(map(is_time, times))


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
    if isinstance(schema, str) and not is_schema(schema):
        other = _OTHER_SCHEMA.search(schema)
        return "schema", f"must be {CONTRACT}{f', is {other.group()}' if other else ''}"
    for name in REQUIRED:
        if name not in record:
            return name, "is missing"
    for name in TEXTS:
        value = record.get(name)
        if not isinstance(value, str) and (value is not None or name in REQUIRED):
            return name, f"must be text, is {_kind(value)}"
    for name, (least, greatest) in NUMBERS.items():
        value = record.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool):
            kind = "one with a fraction or an exponent" if isinstance(value, float) else _kind(value)
            return name, f"must be a whole number, is {kind}"
        if not least <= value <= greatest:
            return name, f"must be from {least} to {greatest}"
    for name in OBJECTS:
        value = record.get(name)
        if value is not None and not isinstance(value, dict):
            return name, f"must be an object, is {_kind(value)}"
    return _unreadable(record)


def _unreadable(record: Record) -> tuple[str, str] | None:
    if not is_time(record["time"]):
        return "time", "cannot be read; write it like 2026-03-01T12:00:00.000Z"
    if not is_app(record["app"]):
        return "app", f"must have from 1 to {LONGEST_APP} characters and not only blanks"
    if not is_event(record["event"]):
        return "event", (
            "must begin with a name of letters, digits and _ . - (at most 64), such as authn_login_fail; "
            "parameters follow after a colon"
        )
    return None


def _kind(value: Any) -> str:
    """What a JSON value is, in words."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    names = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "something else")
