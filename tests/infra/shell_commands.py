"""The simple commands of a shell script, with what quoting and expansion make of them.

Not a shell: it runs nothing and knows no control flow, so both sides of an `if` are commands. What a script fills in
(`$x`, `${x}`, `$(...)`) becomes PLACEHOLDER in its word; commands within `$(...)` are commands of their own.
`${x:+words}` is taken as given, and an array that was assigned before stands for its words.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

PLACEHOLDER: Final = "PLACEHOLDER"
_ENDS: Final = "\n;|&()"
_KEYWORDS: Final = frozenset({"if", "then", "elif", "else", "while", "until", "do", "!", "{", "time", "exec"})
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*\+?=")
_NAME: Final = re.compile(r"[A-Za-z_]\w*|[0-9#?*@$!-]")
_EXPANSION: Final = re.compile(r"!?([A-Za-z_]\w*|[0-9#?*@])(.*)", re.DOTALL)


class ShellCommand(NamedTuple):
    """A command: the line that it begins in, counted from 1, and its words."""

    line: int
    words: list[str]


def shell_commands(text: str) -> list[ShellCommand]:
    """Every simple command, also those within `$(...)`."""
    return _Reader(text).commands()


class _Reader:
    def __init__(self, text: str, line: int = 1, arrays: dict[str, list[str]] | None = None) -> None:
        self._text, self._at, self._line = text, 0, line
        self._arrays: dict[str, list[str]] = {} if arrays is None else arrays
        self._found: list[ShellCommand] = []

    def commands(self) -> list[ShellCommand]:
        words: list[str] = []
        begun = self._line
        while self._at < len(self._text):
            here = self._text[self._at]
            if here in " \t" or self._text.startswith("\\\n", self._at):
                self._skip(2 if here == "\\" else 1)
            elif here == "#":
                self._skip(len(re.match(r"[^\n]*", self._text[self._at :])[0]))  # type: ignore[index]
            elif here in "<>" or re.match(r"\d+[<>]", self._text[self._at :]):
                self._redirection()
            elif here in _ENDS:
                self._end(begun, words)
                words = []
                self._skip(1)
            else:
                if not words:
                    begun = self._line
                words += self._word()
        self._end(begun, words)
        return self._found

    def _end(self, line: int, words: list[str]) -> None:
        while words and (words[0] in _KEYWORDS or _ASSIGNMENT.match(words[0])):
            words = words[1:]
        if words and words[0] == "for":
            words = []
        if words:
            self._found.append(ShellCommand(line, words))

    def _skip(self, count: int) -> None:
        self._line += self._text.count("\n", self._at, self._at + count)
        self._at += count

    def _redirection(self) -> None:
        operator = re.match(r"\d*[<>]+[&|]?-?[ \t]*", self._text[self._at :])
        assert operator is not None
        self._skip(len(operator[0]))
        if self._text.startswith("(", self._at):  # <(...)
            self._found += self._within(self._closed("(", ")"))
        elif self._at < len(self._text) and self._text[self._at] not in _ENDS:
            self._word()

    def _word(self) -> list[str]:
        """The words that one word of the text becomes: none for "$@", several for an array or `${x:+a b}`."""
        parts: list[str] = [""]
        given = False
        while self._at < len(self._text) and self._text[self._at] not in f" \t<>{_ENDS}":
            here = self._text[self._at]
            if here == "'":
                end = self._text.index("'", self._at + 1)
                parts[-1] += self._text[self._at + 1 : end]
                self._skip(end + 1 - self._at)
                given = True
            elif here == '"':
                given = self._quoted(parts) or given
            elif here == "\\":
                parts[-1] += self._text[self._at + 1 : self._at + 2].replace("\n", "")
                self._skip(2)
            elif here in "$`":
                _join(parts, self._expansion(split=True))
            else:
                parts[-1] += here
                self._skip(1)
            name = _ASSIGNMENT.fullmatch(parts[0])
            if name and len(parts) == 1 and self._text.startswith("(", self._at):
                self._array(parts[0].rstrip("+="))
        return parts if given else [part for part in parts if part]

    def _array(self, name: str) -> None:
        inner = self._closed("(", ")")
        words = [word for found in _Reader(inner.replace("\n", " ")).commands() for word in found.words]
        self._arrays[name] = [*self._arrays.get(name, []), *words]

    def _quoted(self, parts: list[str]) -> bool:
        """Reads "..."; False where nothing came of it, as of "$@"."""
        self._skip(1)
        given = False
        while self._text[self._at] != '"':
            here = self._text[self._at]
            if here == "\\" and self._text[self._at + 1] in '$`"\\\n':
                parts[-1] += self._text[self._at + 1].replace("\n", "")
                self._skip(2)
            elif here in "$`":
                found = self._expansion(split=False)
                given = given or bool(found)
                _join(parts, found)
                continue
            else:
                parts[-1] += here
                self._skip(1)
            given = True
        self._skip(1)
        return given or self._text[self._at - 2] == '"'

    def _expansion(self, *, split: bool) -> list[str]:
        """What begins with $ or a backtick, as words; none for all arguments of a function."""
        if self._text[self._at] == "`":
            end = self._text.index("`", self._at + 1)
            self._found += self._within(self._text[self._at + 1 : end])
            self._skip(end + 1 - self._at)
            return [PLACEHOLDER]
        self._skip(1)
        if self._text.startswith("(", self._at):
            self._found += self._within(self._closed("(", ")"))
            return [PLACEHOLDER]
        if self._text.startswith("{", self._at):
            return self._parameter(self._closed("{", "}"), split=split)
        name = _NAME.match(self._text, self._at)
        if name is None:
            return ["$"]
        self._skip(len(name[0]))
        return [] if name[0] in "@*" else [PLACEHOLDER]

    def _parameter(self, text: str, *, split: bool) -> list[str]:
        match = _EXPANSION.fullmatch(text)
        name, rest = (match[1], match[2]) if match else (text, "")
        if rest in ("[@]", "[*]"):
            words = self._arrays.get(name, [PLACEHOLDER])
            return words if rest == "[@]" else [" ".join(words)]
        if rest.startswith((":+", "+")):
            inner = rest.lstrip(":").removeprefix("+")
            words = [word for found in _Reader(inner, arrays=self._arrays).commands() for word in found.words]
            if split and not inner.startswith(" "):
                return words
            return [" " * inner.startswith(" ") + " ".join(words)]
        return [] if name in "@*" else [PLACEHOLDER]

    def _within(self, text: str) -> list[ShellCommand]:
        """The commands in what was just read."""
        return _Reader(text, self._line - text.count("\n"), self._arrays).commands()

    def _closed(self, opens: str, closes: str) -> str:
        """What stands between the bracket here and the one that closes it; goes behind it."""
        depth, place, quote = 0, self._at, ""
        while True:
            here = self._text[place]
            if here == "\\":
                place += 1
            elif quote:
                quote = "" if here == quote else quote
            elif here == "'" or (here == '"' and opens == "("):
                quote = here
            else:
                depth += (here == opens) - (here == closes)
            place += 1
            if depth == 0:
                break
        inner = self._text[self._at + 1 : place - 1]
        self._skip(place - self._at)
        return inner


def _join(parts: list[str], words: list[str]) -> None:
    """Puts the words of an expansion behind what the word has so far."""
    if words:
        parts[-1] += words[0]
        parts += words[1:]
