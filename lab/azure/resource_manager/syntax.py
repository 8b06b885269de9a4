"""What a Bicep file consists of: declarations and expressions, each with its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
