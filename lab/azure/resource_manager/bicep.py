"""Parses Bicep into declarations and expressions, with lines.

Written because the parsers that can be installed do not tell an identifier from a string, nor which operator binds
stronger, and a deployment cannot be played from that. It knows the part of the language that `infra/` uses; anything
else is a BicepError that names file and line. Grammar: learn.microsoft.com, "Bicep file structure and syntax".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from lab.azure.resource_manager.syntax import (
    Array,
    BicepError,
    Call,
    Conditional,
    Expression,
    File,
    Index,
    Interpolated,
    Lambda,
    Literal,
    Loop,
    Member,
    Module,
    Name,
    Object,
    Operation,
    Parameter,
    Resource,
)
from lab.azure.resource_manager.tokens import Token, tokens

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
    return _Parser(tokens(text, path), path).file()


class _Parser:
    def __init__(self, given: list[Token], path: Path) -> None:
        self._tokens = given
        self._place = 0
        self._path = path

    # Tokens

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _is(self, value: str, kind: str = "symbol") -> bool:
        return self._next.kind == kind and self._next.value == value

    def _take(self) -> Token:
        token = self._next
        self._place += 1
        return token

    def _taken(self, value: str, kind: str = "symbol") -> bool:
        if self._is(value, kind):
            self._place += 1
            return True
        return False

    def _expect(self, value: str, kind: str = "symbol") -> Token:
        if not self._is(value, kind):
            raise self._error(f"{value!r} is expected")
        return self._take()

    def _expect_kind(self, kind: str) -> Token:
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

    def _interpolated(self, token: Token) -> Expression:
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
