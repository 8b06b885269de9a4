"""Cuts Bicep text into tokens, with lines; a text with `${...}` holds the tokens of what is inserted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lab.azure.resource_manager.syntax import BicepError


@dataclass(frozen=True, slots=True)
class Token:
    """A token. kind: name, number, text, symbol, newline or end."""

    kind: str  # name, number, text, symbol, newline, end
    value: Any
    line: int


_SYMBOLS: Final = (
    "=>", "==", "!=", "=~", "!~", ">=", "<=", "&&", "||", "??", ".?", "::",
    "{", "}", "[", "]", "(", ")", ":", ",", ".", "=", "?", "!", "+", "-", "*", "/", "%", ">", "<", "@",
)  # fmt: skip
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER: Final = re.compile(r"\d+")
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "'": "'", "\\": "\\", "$": "$"}


def tokens(text: str, path: Path, line: int = 1) -> list[Token]:
    """The tokens of a text that begins at a line of a file. Raises BicepError."""
    found: list[Token] = []
    place = 0
    while place < len(text):
        char = text[place]
        if char == "\n":
            found.append(Token("newline", "\n", line))
            line += 1
            place += 1
        elif char in " \t\r":
            place += 1
        elif text.startswith("//", place):
            place = text.find("\n", place) if "\n" in text[place:] else len(text)
        elif text.startswith("/*", place):
            end = text.index("*/", place) + 2
            line += text.count("\n", place, end)
            place = end
        elif text.startswith("'''", place):
            end = text.index("'''", place + 3)
            found.append(Token("text", (text[place + 3 : end].removeprefix("\n"),), line))
            line += text.count("\n", place, end)
            place = end + 3
        elif char == "'":
            parts, place = _text(text, place + 1, path, line)
            found.append(Token("text", parts, line))
        elif match := _NAME.match(text, place):
            found.append(Token("name", match[0], line))
            place = match.end()
        elif match := _NUMBER.match(text, place):
            found.append(Token("number", int(match[0]), line))
            place = match.end()
        elif symbol := next((one for one in _SYMBOLS if text.startswith(one, place)), None):
            found.append(Token("symbol", symbol, line))
            place += len(symbol)
        else:
            raise BicepError(f"{path}:{line}: {char!r} is not understood")
    found.append(Token("end", "", line))
    return found


def _text(text: str, place: int, path: Path, line: int) -> tuple[tuple[Any, ...], int]:
    """The parts of a quoted text, which are texts and token lists in turn, and the place behind it."""
    parts: list[Any] = []
    current: list[str] = []
    while True:
        if place >= len(text) or text[place] == "\n":
            raise BicepError(f"{path}:{line}: a text is not closed")
        char = text[place]
        if char == "'":
            parts.append("".join(current))
            return tuple(parts), place + 1
        if char == "\\":
            escaped = text[place + 1]
            if escaped not in _ESCAPES:
                raise BicepError(f"{path}:{line}: \\{escaped} is not understood")
            current.append(_ESCAPES[escaped])
            place += 2
        elif text.startswith("${", place):
            end = _closing(text, place + 2, path, line)
            parts += ["".join(current), tokens(text[place + 2 : end], path, line)]
            current = []
            place = end + 1
        else:
            current.append(char)
            place += 1


def _closing(text: str, place: int, path: Path, line: int) -> int:
    """The place of the brace that closes `${`; texts inside may hold braces."""
    depth = 0
    while place < len(text) and text[place] != "\n":
        char = text[place]
        if char == "'":
            _, place = _text(text, place + 1, path, line)
            continue
        if char == "}" and depth == 0:
            return place
        depth += {"{": 1, "}": -1}.get(char, 0)
        place += 1
    raise BicepError(f"{path}:{line}: ${{ is not closed")
