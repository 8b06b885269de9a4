"""Parses Bicep into declarations and expressions, with lines.

Written because the parsers that can be installed do not tell an identifier from a string, nor which operator binds
stronger, and a deployment cannot be played from that. It knows the part of the language that `infra/` uses; anything
else is a BicepError that names file and line. Grammar: learn.microsoft.com, "Bicep file structure and syntax".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from shared.base.errors import TelltaleError


class BicepError(TelltaleError):
    """The text is not the Bicep that this parser knows; says file, line and what stands there."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text without places, a number, true, false or null."""

    value: Any
    line: int


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A text with `${...}`: texts and expressions in turn."""

    parts: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a parameter, variable, resource, module, or of what a loop or lambda goes through."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Array:
    """`[a, b]`."""

    items: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Object:
    """`{key: value}`; keys are expressions, as they may hold `${...}`."""

    pairs: tuple[tuple[Expression, Expression], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Loop:
    """`[for (item, index) in source: if (condition) body]`."""

    item: str
    index: str | None
    source: Expression
    condition: Expression | None
    body: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Member:
    """`base.name`."""

    base: Expression
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Index:
    """`base[key]`."""

    base: Expression
    key: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`."""

    name: str
    arguments: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with one or two operands."""

    operator: str
    operands: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Lambda:
    """`name => body`."""

    names: tuple[str, ...]
    body: Expression
    line: int


Expression = (
    Literal
    | Interpolated
    | Name
    | Array
    | Object
    | Loop
    | Member
    | Index
    | Call
    | Operation
    | Conditional
    | Lambda
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """`param name type = default`, with its decorators: name to arguments."""

    name: str
    kind: str
    default: Expression | None
    decorators: dict[str, tuple[Expression, ...]]
    line: int


@dataclass(frozen=True, slots=True)
class Resource:
    """`resource symbol 'type@version' = ...`; `body` is an object. loop and condition stand around it."""

    symbol: str
    type: str
    version: str
    existing: bool
    loop: Loop | None
    condition: Expression | None
    body: Object
    decorators: dict[str, tuple[Expression, ...]]
    line: int


@dataclass(frozen=True, slots=True)
class Module:
    """`module symbol 'path' = ...`."""

    symbol: str
    path: str
    loop: Loop | None
    condition: Expression | None
    body: Object
    line: int


@dataclass(slots=True)
class File:
    """A Bicep file. outputs: name to expression."""

    path: Path
    target_scope: str = "resourceGroup"
    parameters: dict[str, Parameter] = field(default_factory=dict)
    variables: dict[str, Expression] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)
    outputs: dict[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Token:
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
_BINARY: Final = {
    "??": 1, "||": 2, "&&": 3, "==": 4, "!=": 4, "=~": 4, "!~": 4,
    "<": 5, "<=": 5, ">": 5, ">=": 5, "+": 6, "-": 6, "*": 7, "/": 7, "%": 7,
}  # fmt: skip


@lru_cache(maxsize=64)
def parse_file(path: Path) -> File:
    """The declarations of a file. Raises BicepError."""
    return parse(path.read_text("utf-8"), path)


def parse(text: str, path: Path = Path("main.bicep")) -> File:
    """The declarations of a text that stands for the file `path`. Raises BicepError."""
    return _Parser(_tokens(text, path), path).file()


def _tokens(text: str, path: Path, line: int = 1) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while place < len(text):
        char = text[place]
        if char == "\n":
            found.append(_Token("newline", "\n", line))
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
            found.append(_Token("text", (text[place + 3 : end].removeprefix("\n"),), line))
            line += text.count("\n", place, end)
            place = end + 3
        elif char == "'":
            parts, place = _text(text, place + 1, path, line)
            found.append(_Token("text", parts, line))
        elif match := _NAME.match(text, place):
            found.append(_Token("name", match[0], line))
            place = match.end()
        elif match := _NUMBER.match(text, place):
            found.append(_Token("number", int(match[0]), line))
            place = match.end()
        elif symbol := next((one for one in _SYMBOLS if text.startswith(one, place)), None):
            found.append(_Token("symbol", symbol, line))
            place += len(symbol)
        else:
            raise BicepError(f"{path}:{line}: {char!r} is not understood")
    found.append(_Token("end", "", line))
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
            parts += ["".join(current), _tokens(text[place + 2 : end], path, line)]
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


class _Parser:
    def __init__(self, tokens: list[_Token], path: Path) -> None:
        self._tokens = tokens
        self._place = 0
        self._path = path

    # Tokens

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _is(self, value: str, kind: str = "symbol") -> bool:
        return self._next.kind == kind and self._next.value == value

    def _take(self) -> _Token:
        token = self._next
        self._place += 1
        return token

    def _taken(self, value: str, kind: str = "symbol") -> bool:
        if self._is(value, kind):
            self._place += 1
            return True
        return False

    def _expect(self, value: str, kind: str = "symbol") -> _Token:
        if not self._is(value, kind):
            raise self._error(f"{value!r} is expected")
        return self._take()

    def _expect_kind(self, kind: str) -> _Token:
        if self._next.kind != kind:
            raise self._error(f"a {kind} is expected")
        return self._take()

    def _error(self, reason: str) -> BicepError:
        token = self._next
        return BicepError(f"{self._path}:{token.line}: {reason}, not {token.value!r}")

    def _skip_lines(self) -> None:
        while self._next.kind == "newline":
            self._place += 1

    def _plain(self) -> str:
        """A text without places."""
        token = self._expect_kind("text")
        if len(token.value) != 1:
            raise BicepError(f"{self._path}:{token.line}: a text without ${{...}} is expected here")
        return str(token.value[0])

    # Declarations

    def file(self) -> File:
        file = File(self._path)
        known: dict[str, Callable[[File, dict[str, tuple[Expression, ...]]], None]] = {
            "targetScope": self._target_scope,
            "param": self._parameter,
            "var": self._variable,
            "resource": self._resource,
            "module": self._module,
            "output": self._output,
        }
        while True:
            self._skip_lines()
            if self._next.kind == "end":
                return file
            decorators = self._decorators()
            token = self._expect_kind("name")
            if token.value not in known:
                raise BicepError(
                    f"{self._path}:{token.line}: {token.value} is no declaration that is known here"
                )
            known[token.value](file, decorators)

    def _decorators(self) -> dict[str, tuple[Expression, ...]]:
        found: dict[str, tuple[Expression, ...]] = {}
        while self._taken("@"):
            name = self._expect_kind("name").value
            while self._taken("."):
                name = self._expect_kind("name").value
            self._expect("(")
            found[name] = self._arguments()
            self._skip_lines()
        return found

    def _target_scope(self, file: File, _: dict[str, tuple[Expression, ...]]) -> None:
        self._expect("=")
        file.target_scope = self._plain()

    def _parameter(self, file: File, decorators: dict[str, tuple[Expression, ...]]) -> None:
        line = self._next.line
        name, kind = self._expect_kind("name").value, self._expect_kind("name").value
        default = None
        if self._taken("="):
            default = self._expression()
        file.parameters[name] = Parameter(name, kind, default, decorators, line)

    def _variable(self, file: File, _: dict[str, tuple[Expression, ...]]) -> None:
        name = self._expect_kind("name").value
        self._expect("=")
        file.variables[name] = self._expression()

    def _output(self, file: File, _: dict[str, tuple[Expression, ...]]) -> None:
        name = self._expect_kind("name").value
        self._expect_kind("name")
        self._expect("=")
        file.outputs[name] = self._expression()

    def _resource(self, file: File, decorators: dict[str, tuple[Expression, ...]]) -> None:
        line = self._next.line
        symbol = self._expect_kind("name").value
        kind, _, version = self._plain().partition("@")
        existing = self._taken("existing", "name")
        self._expect("=")
        loop, condition, body = self._declared()
        file.resources[symbol] = Resource(
            symbol, kind, version, existing, loop, condition, body, decorators, line
        )

    def _module(self, file: File, _: dict[str, tuple[Expression, ...]]) -> None:
        line = self._next.line
        symbol, path = self._expect_kind("name").value, self._plain()
        self._expect("=")
        loop, condition, body = self._declared()
        file.modules[symbol] = Module(symbol, path, loop, condition, body, line)

    def _declared(self) -> tuple[Loop | None, Expression | None, Object]:
        """What stands behind the `=` of a resource or module: a loop or a condition around an object, or the object."""
        condition = None
        if self._taken("if", "name"):
            self._expect("(")
            condition = self._expression()
            self._expect(")")
        body = self._expression()
        loop = None
        if isinstance(body, Loop):
            loop, condition, body = body, body.condition, body.body
        if not isinstance(body, Object):
            raise BicepError(f"{self._path}:{body.line}: an object is expected")
        return loop, condition, body

    # Expressions

    def _expression(self) -> Expression:
        if self._next.kind == "name" and self._tokens[self._place + 1].value == "=>":
            names, line = (self._take().value,), self._next.line
            self._expect("=>")
            return Lambda(names, self._expression(), line)
        found = self._binary(0)
        if self._ahead("?"):
            line = self._take().line
            self._skip_lines()
            then = self._expression()
            self._skip_lines()
            self._expect(":")
            self._skip_lines()
            return Conditional(found, then, self._expression(), line)
        return found

    def _ahead(self, symbol: str) -> bool:
        """Whether the symbol is next, maybe on the next line; if so the lines are skipped."""
        place = self._place
        self._skip_lines()
        if self._is(symbol):
            return True
        self._place = place
        return False

    def _binary(self, least: int) -> Expression:
        found = self._unary()
        while self._next.kind == "symbol" and _BINARY.get(self._next.value, 0) > least:
            operator = self._take()
            self._skip_lines()
            found = Operation(operator.value, (found, self._binary(_BINARY[operator.value])), operator.line)
        return found

    def _unary(self) -> Expression:
        if self._is("!") or self._is("-"):
            operator = self._take()
            return Operation(operator.value, (self._unary(),), operator.line)
        return self._accessed(self._primary())

    def _accessed(self, found: Expression) -> Expression:
        while True:
            line = self._next.line
            if self._taken("."):
                found = Member(found, self._expect_kind("name").value, line)
            elif self._taken("["):
                found = Index(found, self._expression(), line)
                self._expect("]")
            elif self._is(".?") or self._is("::"):
                raise self._error(f"{self._next.value} is not known here")
            else:
                return found

    def _primary(self) -> Expression:
        token = self._take()
        match token.kind, token.value:
            case "number", _:
                return Literal(token.value, token.line)
            case "text", _:
                return self._interpolated(token)
            case "name", "true" | "false" | "null":
                return Literal({"true": True, "false": False, "null": None}[token.value], token.line)
            case "name", _:
                if self._taken("("):
                    return Call(token.value, self._arguments(), token.line)
                return Name(token.value, token.line)
            case "symbol", "(":
                self._skip_lines()
                found = self._expression()
                self._skip_lines()
                self._expect(")")
                return found
            case "symbol", "[":
                return self._array(token.line)
            case "symbol", "{":
                return self._object(token.line)
        self._place -= 1
        raise self._error("an expression is expected")

    def _interpolated(self, token: _Token) -> Expression:
        if len(token.value) == 1:
            return Literal(token.value[0], token.line)
        parts: list[Expression] = []
        for part in token.value:
            if isinstance(part, str):
                parts.append(Literal(part, token.line))
            else:
                parts.append(_Parser(part, self._path)._expression())
        return Interpolated(tuple(parts), token.line)

    def _arguments(self) -> tuple[Expression, ...]:
        """The arguments of a call whose bracket is open, and its closing one."""
        found: list[Expression] = []
        self._skip_lines()
        while not self._taken(")"):
            found.append(self._expression())
            self._skip_lines()
            if not self._is(")"):
                self._expect(",")
                self._skip_lines()
        return tuple(found)

    def _array(self, line: int) -> Expression:
        self._skip_lines()
        if self._is("for", "name"):
            return self._loop(line)
        found: list[Expression] = []
        while not self._taken("]"):
            found.append(self._expression())
            self._separator()
        return Array(tuple(found), line)

    def _loop(self, line: int) -> Loop:
        self._expect("for", "name")
        index = None
        if self._taken("("):
            item = self._expect_kind("name").value
            self._expect(",")
            index = self._expect_kind("name").value
            self._expect(")")
        else:
            item = self._expect_kind("name").value
        self._expect("in", "name")
        source = self._expression()
        self._expect(":")
        condition = None
        if self._taken("if", "name"):
            self._expect("(")
            condition = self._expression()
            self._expect(")")
        body = self._expression()
        self._skip_lines()
        self._expect("]")
        return Loop(item, index, source, condition, body, line)

    def _object(self, line: int) -> Object:
        pairs: list[tuple[Expression, Expression]] = []
        self._skip_lines()
        while not self._taken("}"):
            token = self._take()
            if token.kind == "name":
                key: Expression = Literal(token.value, token.line)
            elif token.kind == "text":
                key = self._interpolated(token)
            else:
                self._place -= 1
                raise self._error("a key is expected")
            self._expect(":")
            pairs.append((key, self._expression()))
            self._separator()
        return Object(tuple(pairs), line)

    def _separator(self) -> None:
        """Between items: a comma, or the end of the line, or nothing before the closing bracket."""
        comma = self._taken(",")
        lines = self._next.kind == "newline"
        self._skip_lines()
        if not (comma or lines or self._is("]") or self._is("}")):
            raise self._error("a comma or a new line is expected")
