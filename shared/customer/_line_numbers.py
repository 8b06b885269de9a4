"""On which line each key of a TOML or JSON document stands; `shared.customer.declarations` puts it into its errors.

Neither of Python's parsers keeps positions. This reads documents that they have already accepted, so it only
has to follow structure: where a key begins, how deep it is, and where strings and comments end.
"""

from __future__ import annotations

import json
import re

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_STRING = re.compile(r"""\"{3}(?:\\.|[^\\])*?\"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\])*"|'[^'\n]*'""", re.DOTALL)
_PLAIN = re.compile(r"[^,\]}#\n]+")


def lines_of_toml(text: str) -> dict[KeyPath, int]:
    """The line (from 1) of every table, key and array element in `text`, which is valid TOML."""
    return _LineReader(text).toml()


def lines_of_json(text: str) -> dict[KeyPath, int]:
    """The line (from 1) of every key and array element in `text`, which is valid JSON."""
    return _LineReader(text).json()


class _LineReader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[KeyPath, int] = {(): 1}
        self._elements: dict[KeyPath, int] = {}  # how many tables each array of tables has so far

    def json(self) -> dict[KeyPath, int]:
        self._value(())
        return self._lines

    def toml(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self._peek():
            if self._peek() == "[":
                table = self._header()
            else:
                self._pair(table, "=")
        return self._lines

    def _peek(self) -> str:
        """The next character that is neither blank nor comment; "" at the end."""
        if match := _BLANK.match(self._text, self._at):
            self._at = match.end()
        return self._text[self._at : self._at + 1]

    def _take(self, expected: str) -> bool:
        if self._peek() != expected:
            return False
        self._at += 1
        return True

    def _note(self, path: KeyPath) -> None:
        self._lines.setdefault(path, self._text.count("\n", 0, self._at) + 1)

    def _names(self) -> list[str]:
        names = []
        while self._peek() and (match := _KEY.match(self._text, self._at)):
            self._at = match.end()
            names.append(_unquoted(match[0]))
            if not self._take("."):
                break
        return names

    def _header(self) -> KeyPath:
        start = self._at
        doubled = self._text.startswith("[[", start)
        self._at += 1 + doubled
        path: KeyPath = ()
        names = self._names()
        for place, name in enumerate(names, 1):
            path = (*path, name)
            if place == len(names) and doubled:
                self._elements[path] = self._elements.get(path, 0) + 1
            if path in self._elements:
                path = (*path, self._elements[path] - 1)
        self._at += 1 + doubled
        end, self._at = self._at, start
        for length in range(1, len(path) + 1):
            self._note(path[:length])
        self._at = end
        return path

    def _pair(self, table: KeyPath, separator: str) -> None:
        self._peek()
        start = self._at
        path = (*table, *self._names())
        end, self._at = self._at, start
        for length in range(len(table) + 1, len(path) + 1):
            self._note(path[:length])
        self._at = end
        if not self._take(separator):
            self._at = len(self._text)  # not a document that the parser accepts; the lines so far stand
            return
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        opening = self._peek()
        self._note(path)
        if opening == "[":
            self._at += 1
            place = 0
            while self._peek() not in {"]", ""}:
                self._value((*path, place))
                self._take(",")
                place += 1
            self._at += 1
        elif opening == "{":
            self._at += 1
            while self._peek() not in {"}", ""}:
                self._pair(path, ":" if self._is_json() else "=")
                self._take(",")
            self._at += 1
        elif match := (_STRING.match(self._text, self._at) or _PLAIN.match(self._text, self._at)):
            self._at = match.end()
        else:
            self._at = len(self._text)

    def _is_json(self) -> bool:
        return self._text.lstrip().startswith("{")


def _unquoted(name: str) -> str:
    if name.startswith('"'):
        try:
            return str(json.loads(name))
        except ValueError:  # an escape that only TOML knows
            return name[1:-1]
    return name[1:-1] if name.startswith("'") else name
