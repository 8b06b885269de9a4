"""Whether a record names an actor, an address or a time in any of its fields, as a reader of the raw record sees it.

Written without a look at what the sources declare and without their parsers, so that it can tell what they miss.
"""

from __future__ import annotations

import ast
import ipaddress
import json
import re
from collections.abc import Iterator
from typing import Any, Final

_DEEPEST: Final = 12
_MOST_OF_A_LIST: Final = 5

_ACTOR_KEYS: Final = frozenset(
    """actor actorid actorname actorupn actoremail actoruserid actoruserprincipalname alternateid caller callerid
    emailaddress identity initiatedby login loginname operator principal principalemail principalid
    principalname principalsubject requester requesteruri upn user useremail userid username userkey
    userprincipalname""".split()
)
_ACTOR_PATHS: Final = re.compile(
    r"(^|\.)(actor|caller|initiatedby|pusher|sender|user|useridentity)\.(arn|displayname|email|id|login|name|objectid)$"
)
_ADDRESS_KEY: Final = re.compile(
    r"(ip(v4|v6)?s?|(ip)?addr(ess)?(es)?(v4|v6)?)$|^remote(host)?$|^peer$|^(flow\.)?src$"
)
_OTHER_SIDE: Final = re.compile(
    r"(^|\.)(target|responseelements|(affected|backend|dest|dst|gateway|server|upstream)\w*)(\.|$)"
)
_TIME_KEY: Final = re.compile(
    r"^(@?timestamp|(activity|creation|created|end|event|eventoccurrence|generated|request|start)?(date)?time(utc)?|"
    r"time(generated|created|stamp)|published|(completed|created|occurred|started|submitted|updated)(at|on))$"
)
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?!\d)|\d{10}$|\d{13}$")
_NOBODY: Final = frozenset(("", "-", "null", "<null>", "none", "n/a", "undefined"))

Leaf = tuple[str, str, Any]
"""Path in lower case without `_`, `-` and list positions; its last key; the value."""


def leaves(value: Any, path: str = "", depth: int = 0) -> Iterator[Leaf]:
    """Every value in a record; JSON that was written into a text is unpacked."""
    if depth > _DEEPEST or value is None:
        return
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        unpacked = _unpacked(value)
        if unpacked is not None:
            yield from leaves(unpacked, path, depth + 1)
            return
    if isinstance(value, dict):
        for name, item in value.items():
            key = re.sub(r"[_\-\s]", "", str(name)).lower()
            yield from leaves(item, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        for item in value[:_MOST_OF_A_LIST]:
            yield from leaves(item, path, depth + 1)
    else:
        yield path, path.rpartition(".")[2], value


def _unpacked(text: str) -> Any:
    for read in (json.loads, ast.literal_eval):  # the second for objects in single quotes
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return None


def named(record: Any) -> Iterator[str]:
    """The paths under which a record names an actor or an address from which something was done."""
    for path, key, value in leaves(record):
        if isinstance(value, str) and value.strip().lower() not in _NOBODY and _names(path, key, value):
            yield path


def _names(path: str, key: str, value: str) -> bool:
    if _OTHER_SIDE.search(path):
        return False
    if key in _ACTOR_KEYS or _ACTOR_PATHS.search(path):
        return True
    return bool(_ADDRESS_KEY.search(path)) and is_address(value)


def dated(record: Any) -> Iterator[str]:
    """The paths under which a record says when it happened; when a thing in it was made is no such time."""
    for path, key, value in leaves(record):
        nested = path.count(".")
        if (
            nested <= 1
            and not (nested and key.startswith("created"))
            and _TIME_KEY.match(key)
            and _TIME.match(str(value))
        ):
            yield path


def is_address(text: str) -> bool:
    """Whether a text is an address, alone or with a port: `192.0.2.1:443`, `[2001:db8::1]:443`."""
    text = text.strip()
    bare = re.fullmatch(r"\[([^\]]+)\](?::\d{1,5})?", text) or re.fullmatch(r"([\d.]+):\d{1,5}", text)
    if bare:
        text = bare[1]
    if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", text):
        return all(int(part) < 256 for part in text.split("."))
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
