"""Where the brackets of broken JSON close, told without reading the values between them.

Used by `salvage.py` for the extent of a broken record, and by `lenient.py` for a text whose end is missing. Runs
between brackets, strings in them, are passed over by a regular expression: a step is a bracket, not a token.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DEEPEST = 100
"""Levels to which what is broken is repaired."""

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
"""A string in double quotes, or what begins as one: it then runs to the end, so that it is looked at only once."""

# A run, and what ends it: a bracket, a string that is never closed, or the end of the text.
_RUN = re.compile(rf'(?:[^{{}}\[\]"]++|{_STRING})*+([{{}}\[\]"]|\Z)', re.DOTALL)
_COMMA = re.compile(rf',|{_STRING}|"', re.DOTALL)
_CLOSING = {"{": "}", "[": "]"}


class Extent(NamedTuple):
    """How far an object goes by its brackets.

    end: the place after its last bracket, or where it begins if it is not closed. plain: the place up to which it is
    nested no deeper than anything reads. looked: how many brackets were looked at.
    """

    end: int
    plain: int
    looked: int


def extent_of(text: str, start: int, end: int, most: int) -> Extent:
    """The extent of the object at `start`, looked for before `end` and over `most` brackets at most.

    Which kind of bracket closes another is not asked.
    """
    depth = looked = 0
    plain = end
    for match in _RUN.finditer(text, start, end):
        bracket = match[1]
        if bracket in ("", '"') or looked >= most:
            break
        looked += 1
        if bracket in "{[":
            depth += 1
            if depth > DEEPEST and plain == end:
                plain = match.start(1)
        else:
            depth -= 1
            if depth == 0:
                return Extent(match.end(), min(plain, match.end()), looked)
    return Extent(start, plain, looked)


def is_balanced(text: str, start: int, end: int) -> bool:
    """Whether every bracket between two places is closed by one of its kind, and quotes seem to come in pairs.

    After a quote too many, what is taken for strings is what stands between them, such as `"},{"`.
    """
    if any(found.endswith('{"') for found in STRING.findall(text, start, end)):
        return False
    ends = [match.end() for match in _RUN.finditer(text, start, end) if match[1]]
    return _closers(text, ends, deepest=len(ends)) == ""


def completed_text(text: str) -> str | None:
    """`text`, whose end is missing, up to its last complete value and closed; None where that cannot be.

    It then ends before a comma or after a bracket; whether it is JSON is not asked.
    """
    ends = [0]  # of the runs, each with the bracket that ends it
    for match in _RUN.finditer(text):
        if match[1] in ("", '"'):
            break
        ends.append(match.end())
    rightmost = text.rfind(",")
    for number in range(len(ends) - 1, -1, -1):
        cut: int | None = None
        if ends[number] <= rightmost:
            following = ends[number + 1] - 1 if number + 1 < len(ends) else len(text)
            cut = _last_comma(text, ends[number], following)
        if cut is None and number and text[ends[number] - 1] in "}]":
            cut = ends[number]
        if cut is not None:
            closers = _closers(text, ends[1 : number + 1])
            return None if closers is None else text[:cut] + closers
    return None


def _last_comma(text: str, begin: int, end: int) -> int | None:
    """The last comma outside strings; a string that is never closed ends the search."""
    comma: int | None = None
    if text.find('"', begin, end) < 0:
        comma = text.rfind(",", begin, end)
        return comma if comma >= 0 else None
    for match in _COMMA.finditer(text, begin, end):
        found = match.group()
        if found == ",":
            comma = match.start()
        elif found == '"':
            break
    return comma


def _closers(text: str, ends: list[int], deepest: int = DEEPEST) -> str | None:
    """What closes the brackets that are open after those before `ends`; None: too many, or one closes another kind."""
    open_brackets: list[str] = []
    for end in ends:
        bracket = text[end - 1]
        if bracket in "{[":
            open_brackets.append(_CLOSING[bracket])
            if len(open_brackets) > deepest:
                return None
        elif not open_brackets or open_brackets.pop() != bracket:
            return None
    return "".join(reversed(open_brackets))
