"""Read text that is JSON, or almost: single quotes, as some Azure services write objects into strings, raw control
characters, halves of surrogate pairs, an end that was cut off.

Used where a path leads into a string (`paths.walk`), and by the salvage of broken bodies (`_salvage.py`).
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

import orjson

_IN_ORDER = orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS
_LONGEST = 1 << 20
_LONGEST_REPAIR = 128 << 10
_LARGEST_INTEGER = 2**63
_DEEPEST = 100
"""Levels to which what is cut is closed."""

# Behind an even number of backslashes (six at most): with an odd number it is text of a string inside this string.
_HALF_PAIR = re.compile(
    r"\\u(?:(?<=(?<!\\)\\u)|(?<=(?<!\\)\\{3}u)|(?<=(?<!\\)\\{5}u)|(?<=(?<!\\)\\{7}u))"
    r"[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|[c-fC-F][0-9a-fA-F]{2}(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}))"
)
# A single quote closes a string only where a separator follows, so that an apostrophe inside survives. Both kinds
# of string may run to the end of the text: an unclosed quote then costs one pass, not one per quote. What needs no
# change, strings in double quotes too, is passed over in one step.
_QUOTED = re.compile(
    r"""(?:[^"'NTF]++|"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|(?!\b(?:None|True|False)\b)[NTF])*+"""
    r"""('(?:[^'\\]++|\\.|\\\Z|'(?!\s{0,8}(?:[,:}\]]|\Z)))*+(?:'|\Z)|\b(?:None|True|False)\b|\Z)""",
    re.DOTALL,
)
STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
# Up to the next bracket or comma outside strings, to a string that is never closed, or to the end.
_TO_STRUCTURE = re.compile(rf'(?:[^{{}}\[\]",]++|{STRING})*+([{{}}\[\],"]|\Z)', re.DOTALL)
CLOSING = {"{": "}", "[": "]"}
_PYTHON_WORDS = {"None": "null", "True": "true", "False": "false"}
_TO_ESCAPE = re.compile(r"""\\["\\/bfnrtu]|\\'|["\\\x00-\x1f]""")


def loads_lenient(text: str) -> Any:
    """The object or list in `text`, or None. Never raises, whatever the text."""
    start = text.lstrip()[:1]
    if start not in ("{", "[") or len(text) > _LONGEST:
        return None
    try:
        return orjson.loads(text)
    except ValueError:  # orjson.JSONDecodeError, also for lone surrogates
        pass
    value = _loads_tolerant(text)
    if value is None and len(text) <= _LONGEST_REPAIR:
        if "'" in text:
            value = _loads_tolerant(double_quoted(text))
        if value is None:
            value = completed(text)
    return value


def _loads_tolerant(text: str) -> Any:
    try:
        return json.loads(whole_characters(text), strict=False, parse_int=bounded_integer)
    except (ValueError, RecursionError):
        return None


def whole_characters(text: str) -> str:
    """`text` with escaped halves of surrogate pairs replaced: they could be read, but never be written again."""
    return _HALF_PAIR.sub(r"\\ufffd", text)


def bounded_integer(digits: str) -> int | float:
    """An integer of 64 bits, or a float beyond: as orjson reads numbers, and as every store can take them."""
    if len(digits) < 19:
        return int(digits)
    number = int(digits) if len(digits) <= 400 else -(10**400) if digits[0] == "-" else 10**400
    return number if -_LARGEST_INTEGER <= number < 2 * _LARGEST_INTEGER else nearest_float(number)


def nearest_float(number: int) -> float:
    """An integer as a float; infinite where it is larger than any."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def double_quoted(text: str) -> str:
    """`{'a':'b'}` as `{"a":"b"}`: strings in single quotes become strings in double quotes."""
    parts: list[str] = []
    done = 0
    for match in _QUOTED.finditer(text):
        begin, end = match.span(1)
        if begin < end:
            parts += (text[done:begin], _requoted(match[1]))
            done = end
    return "".join(parts) + text[done:]


def _requoted(token: str) -> str:
    if token[0] != "'":
        return _PYTHON_WORDS[token]
    inner = token[1:-1] if len(token) > 1 and token[-1] == "'" else token[1:]
    return '"' + _TO_ESCAPE.sub(_escaped, inner) + '"'


def _escaped(match: re.Match[str]) -> str:
    token = match.group()
    if len(token) == 2:
        return "'" if token == "\\'" else token
    return f"\\u{ord(token):04x}" if token < " " else "\\" + token


def completed(text: str) -> dict[str, Any] | None:
    """The fields of an object whose end is missing: cut after the last complete one, and closed."""
    if len(text) > _LONGEST_REPAIR:
        return None
    closers: list[str] = []
    cut = depth = 0  # where the last complete value ends, and how many brackets are open there
    for match in _TO_STRUCTURE.finditer(text):
        mark = match[1]
        if mark in ("", '"') or len(closers) > _DEEPEST:
            break
        if mark in CLOSING:
            closers.append(CLOSING[mark])
        elif mark == ",":
            cut, depth = match.start(1), len(closers)
        elif not closers or closers.pop() != mark:
            return None
        else:
            cut, depth = match.end(), len(closers)
    try:
        value = orjson.loads(text[:cut] + "".join(reversed(closers[:depth])))
    except ValueError:
        return None
    return value if isinstance(value, dict) and value else None


def dump(value: Any, *, in_order: bool = False) -> bytes:
    """`value` as JSON, also where it is nested deeper or holds larger numbers than orjson writes. Never raises.

    `in_order` sorts the keys, so that equal values are equal bytes.
    """
    try:
        return orjson.dumps(value, option=_IN_ORDER if in_order else orjson.OPT_NON_STR_KEYS)
    except TypeError:
        pass
    try:
        return json.dumps(value, default=str, sort_keys=in_order).encode("utf-8", errors="replace")
    except (ValueError, TypeError, RecursionError):
        return b'{"note":"nested too deeply to be written"}'
