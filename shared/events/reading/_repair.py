"""Repair one broken record: where its text ends, and what it is meant to say.

Called by `_salvage.py`. Readings are tried the mildest first; each must give one whole object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import orjson

from shared.events.lenient_json import CLOSING, STRING, completed, double_quoted
from shared.events.paths import Record

_UNESCAPED = re.compile(r':\s{0,8}"(?=[{\[]{1,4}\s{0,8}")')
_DECODER = json.JSONDecoder(strict=False)
_TO_BRACKET = re.compile(rf'(?:[^{{}}\[\]"]++|{STRING})*+([{{}}\[\]"]|\Z)', re.DOTALL)
_STRINGS = re.compile(STRING, re.DOTALL)


def closed_end(text: str, start: int, end: int, most: int) -> tuple[int | None, int]:
    """Where the object at `start` is closed, and how many brackets were looked at to see it, `most` at most.

    None: not before `end`, or not each bracket by one of its kind. After a quote too many, what is taken for strings
    is what stands between them, such as `"},{"`: then nobody can tell.
    """
    closers: list[str] = []
    looked = 0
    for match in _TO_BRACKET.finditer(text, start, end):
        bracket = match[1]
        if bracket in ("", '"') or looked >= most:
            break
        looked += 1
        if bracket in CLOSING:
            closers.append(CLOSING[bracket])
        elif closers.pop() != bracket:
            break
        elif not closers:
            shifted = any(found.endswith('{"') for found in _STRINGS.findall(text, start, match.end()))
            return None if shifted else match.end(), looked
    return None, looked


def whole_record(text: str) -> tuple[Record, str] | None:
    """The record that `text` is meant to be, and what was wrong with it; None where no reading gives one."""
    for candidate, note in _readings(text):
        try:
            value = orjson.loads(candidate)
        except ValueError:
            continue
        if isinstance(value, dict) and value:
            return value, note
    return None


def cut_record(text: str) -> tuple[Record, str] | None:
    """What is left of a record whose end is missing."""
    unescaped = _UNESCAPED.search(text)
    value = completed(text) or (completed(text[: unescaped.end() - 1]) if unescaped else None)
    return None if value is None else (value, "record was cut; its end is missing")


def _readings(text: str) -> Iterator[tuple[str, str]]:
    yield text, "text after a record"
    if _UNESCAPED.search(text):
        yield _escaped(text), "unescaped object inside a string"
    if "'" in text:
        yield double_quoted(text), "single quotes read as double quotes"


def _escaped(text: str) -> str:
    r"""`"body":"{"a":1}"` as `"body":"{\"a\":1}"`: the object in the string is found by reading it."""
    out: list[str] = []
    done = 0
    for match in _UNESCAPED.finditer(text):
        quote = match.end() - 1
        if quote < done:
            continue
        try:
            _, end = _DECODER.raw_decode(text, match.end())
        except (ValueError, RecursionError):
            break
        if text[end : end + 1] == '"':
            out += (text[done:quote], json.dumps(text[match.end() : end]))
            done = end + 1
    return "".join(out) + text[done:]
