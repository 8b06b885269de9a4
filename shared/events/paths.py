"""Walk into a record by a dotted path such as `properties.status.errorCode`.

This is the meaning of every path in the project; the fast decoders of `head.py` are an optimisation that must
agree with it. Keys match exactly or, failing that, without regard to case; numbers index lists; a text on the
way is read as JSON, because Azure often sends objects inside strings.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from shared.events.lenient_json import loads_lenient, nearest_float

Record = dict[str, Any]
Path = tuple[str, ...]
Memory = dict[int, Any]
"""What one record's walks remember, by the identity of its parts: parsed strings, and keys in lower case."""

_NO_VALUE = frozenset({"", "<null>", "null", "(null)", "-", "n/a", "undefined"})
_LONGEST_NO_VALUE = max(map(len, _NO_VALUE))
_FEW_KEYS = 3
_MANY_KEYS = 100
_INT64 = 1 << 63


def split_path(path: str) -> Path:
    """`a.b.0.c` as its parts; a part in brackets may hold dots: `claims.[http://x/upn]`."""
    if not path:
        raise ValueError("a path is empty; write it like 'properties.status.errorCode'")
    parts: list[str] = []
    rest = path
    while rest:
        if rest.startswith("["):
            end = rest.find("]")
            part, rest = rest[1:end], rest[end + 1 :].removeprefix(".")
        else:
            part, _, rest = rest.partition(".")
        if not part:
            raise ValueError(f"path {path!r} has an empty part; write it like 'properties.status.errorCode'")
        parts.append(part)
    return tuple(parts)


def top(record: Record, name: str) -> Any:
    """The value of a top-level key, also where a forwarder wrote all keys in lower case."""
    value = record.get(name)
    return record.get(name.lower()) if value is None else value


def is_raw_path(name: str) -> bool:
    """Whether `name` is a raw path, as opposed to a normalised name or nothing at all."""
    try:
        return "." in name and bool(split_path(name))
    except ValueError:
        return False


def walk(value: Any, path: Path, memory: Memory | None = None) -> Any:
    """What stands at `path` below `value`, or None. `memory` makes many walks in one record cheap."""
    for part in path:
        if type(value) is str:
            value = _parsed(value, memory)
        if type(value) is dict:
            found = value.get(part)
            value = _caseless(value, part, memory) if found is None and part not in value else found
        elif type(value) is list:
            value = _item(value, part)
        else:
            return None
        if value is None:
            return None
    return value


def _parsed(text: str, memory: Memory | None) -> Any:
    if memory is None:
        return loads_lenient(text)
    key = id(text)
    if key not in memory:
        memory[key] = loads_lenient(text)
    return memory[key]


def _caseless(value: Record, part: str, memory: Memory | None) -> Any:
    wanted = part.lower()
    if memory is not None and len(value) > _FEW_KEYS:
        lowered = memory.get(id(value))
        if lowered is None:
            find = _lowered if len(value) <= _MANY_KEYS else _lowered.__wrapped__
            lowered = memory[id(value)] = find(tuple(value))
        key = lowered.get(wanted)
        return None if key is None else value[key]
    for key, item in value.items():
        if len(key) == len(wanted) and key.lower() == wanted:
            return item
    return None


@lru_cache(maxsize=1024)
def _lowered(keys: tuple[str, ...]) -> Mapping[str, str]:
    """The keys of an object by their lower case; most records of a source have the same ones."""
    return {key.lower(): key for key in reversed(keys)}


def _item(value: list[Any], part: str) -> Any:
    if part.isdecimal():
        index = int(part)
        return value[index] if index < len(value) else None
    # Lists of {name/key, value} pairs are addressed by name: additionalDetails.User-Agent
    for item in value:
        if isinstance(item, dict):
            for name in ("key", "displayName", "name", "Key", "Name", "CallerIdentityType"):
                if item.get(name) == part:
                    return _value_of(item)
    return None


def _value_of(pair: Record) -> Any:
    for name in ("value", "Value", "newValue", "ValueString", "CallerIdentityValue"):
        if name in pair:
            return pair[name]
    return pair


def as_text(value: Any) -> str | None:
    """A scalar as text; None for what is absent or said to be absent (`""`, `<null>`), and for containers."""
    if isinstance(value, str):
        text = value.strip()
        return None if len(text) <= _LONGEST_NO_VALUE and text.lower() in _NO_VALUE else text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    return None


def number_text(number: int | float) -> str:
    """A number as text, the same however it was written: 5.0 is 5; beyond 64 bits a float, as orjson reads it."""
    if isinstance(number, float):
        return str(int(number)) if number.is_integer() and -_INT64 <= number < 2 * _INT64 else str(number)
    return str(number if -_INT64 <= number < 2 * _INT64 else nearest_float(number))
