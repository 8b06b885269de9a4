"""Evaluates Bicep expressions. What it does not know is an error that names file and line, never a guess.

`guid` is ARM's own (UUID 5 of the parts joined by dashes); `uniqueString` has ARM's shape, thirteen letters and digits,
and the same text for the same parts, but not ARM's text: whoever compares names across both must not.
Functions: learn.microsoft.com, "Bicep functions".
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from lab.azure.resource_manager import syntax
from lab.azure.resource_manager.syntax import BicepError

GUIDS: Final = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
"""ARM's namespace of `guid()`."""


class Scope(Protocol):
    """What names and the functions of the surroundings mean where an expression stands."""

    path: Path

    def look_up(self, name: str) -> Any:
        """The value of a parameter, variable, resource or module; raises KeyError where there is none."""
        ...

    def surroundings(self, function: str, arguments: Sequence[Any]) -> Any:
        """The value of `subscription()`, `resourceGroup(...)`, `deployment()`, `environment()`, `tenant()`."""
        ...


class Evaluator:
    """Evaluates in one scope. `local` are the names of loops and lambdas around an expression."""

    def __init__(self, scope: Scope, local: Mapping[str, Any] | None = None) -> None:
        self.scope = scope
        self.local = dict(local or {})

    def within(self, **names: Any) -> Evaluator:
        """The same with more names."""
        return Evaluator(self.scope, {**self.local, **names})

    def value(self, node: syntax.Expression) -> Any:
        """The value of an expression. Raises BicepError for what is not known or cannot be."""
        return _VALUES[type(node)](self, node)

    def _text(self, node: syntax.Interpolated) -> str:
        return "".join(text_of(self.value(part)) for part in node.parts)

    def _object(self, node: syntax.Object) -> dict[str, Any]:
        return {str(self.value(key)): self.value(inner) for key, inner in node.pairs}

    def _conditional(self, node: syntax.Conditional) -> Any:
        return self.value(node.then if self.truth(node.condition) else node.otherwise)

    def truth(self, node: syntax.Expression) -> bool:
        """The value of a condition, which must be a boolean."""
        value = self.value(node)
        if not isinstance(value, bool):
            raise self.error(node.line, f"a condition is {value!r}, not true or false")
        return value

    def turns(self, loop: syntax.Loop) -> list[Evaluator]:
        """An evaluator for each turn of a loop whose condition holds."""
        source = self.value(loop.source)
        if not isinstance(source, list):
            raise self.error(loop.line, f"a loop goes through a list, not {type(source).__name__}")
        found = []
        for index, item in enumerate(source):
            names = {loop.item: item} | ({loop.index: index} if loop.index else {})
            one = self.within(**names)
            if loop.condition is None or one.truth(loop.condition):
                found.append(one)
        return found

    def error(self, line: int, reason: str) -> BicepError:
        """An error at a line of the file."""
        return BicepError(f"{self.scope.path}:{line}: {reason}")

    def _name(self, node: syntax.Name) -> Any:
        if node.name in self.local:
            return self.local[node.name]
        try:
            return self.scope.look_up(node.name)
        except KeyError:
            raise self.error(node.line, f"{node.name} is not declared") from None

    def _member(self, base: Any, key: Any, line: int) -> Any:
        if isinstance(base, Mapping):
            found = {str(name).lower(): value for name, value in base.items()}
            if str(key).lower() in found:
                return found[str(key).lower()]
            raise self.error(line, f"there is no {key!r}; there are {', '.join(sorted(found)) or 'none'}")
        if isinstance(base, list) and isinstance(key, int):
            if 0 <= key < len(base):
                return base[key]
            raise self.error(line, f"there is no item {key} of {len(base)}")
        get = getattr(base, "member", None)
        if get is not None:
            try:
                return get(key)
            except KeyError as missing:
                raise self.error(line, f"{missing.args[0]}") from None
        raise self.error(line, f"{type(base).__name__} has no {key!r}")

    def _operation(self, node: syntax.Operation) -> Any:
        if len(node.operands) == 1:
            value = self.value(node.operands[0])
            if node.operator == "!" and isinstance(value, bool):
                return not value
            if node.operator == "-" and isinstance(value, int):
                return -value
            raise self.error(node.line, f"{node.operator} of {value!r}")
        left, right = node.operands
        if node.operator == "&&":
            return self.truth(left) and self.truth(right)
        if node.operator == "||":
            return self.truth(left) or self.truth(right)
        one, other = self.value(left), self.value(right)
        if node.operator in ("==", "!="):
            return (one == other) == (node.operator == "==")
        if node.operator in _OF_NUMBERS and isinstance(one, int) and isinstance(other, int):
            return _OF_NUMBERS[node.operator](one, other)
        raise self.error(node.line, f"{one!r} {node.operator} {other!r} is not known")

    def _call(self, node: syntax.Call) -> Any:
        if node.name in ("loadJsonContent", "loadTextContent"):
            return self._loaded(node)
        arguments = [self.value(argument) for argument in node.arguments]
        if node.name in ("map", "filter"):
            return self._over(node, arguments)
        if node.name in _SURROUNDINGS:
            return self.scope.surroundings(node.name, arguments)
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise self.error(node.line, f"the function {node.name} is not known")
        try:
            return function(*arguments)
        except (TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
            raise self.error(node.line, f"{node.name}(...): {error}") from None

    def _loaded(self, node: syntax.Call) -> Any:
        if len(node.arguments) != 1 or not isinstance(node.arguments[0], syntax.Literal):
            raise self.error(node.line, f"{node.name} takes the path of a file, written out")
        path = self.scope.path.parent / str(node.arguments[0].value)
        if not path.is_file():
            raise self.error(node.line, f"{node.name}: there is no {path}")
        text = path.read_text("utf-8")
        return json.loads(text) if node.name == "loadJsonContent" else text

    def _over(self, node: syntax.Call, arguments: list[Any]) -> list[Any]:
        values, body = arguments
        if not isinstance(values, list) or not isinstance(body, syntax.Lambda):
            raise self.error(node.line, f"{node.name} takes a list and a lambda")
        results = [(value, self.within(**{body.names[0]: value}).value(body.body)) for value in values]
        if node.name == "map":
            return [result for _, result in results]
        return [value for value, result in results if result is True]


_VALUES: Final[Mapping[type, Callable[[Evaluator, Any], Any]]] = {
    syntax.Literal: lambda _, node: node.value,
    syntax.Interpolated: Evaluator._text,
    syntax.Name: Evaluator._name,
    syntax.Array: lambda one, node: [one.value(item) for item in node.items],
    syntax.Object: Evaluator._object,
    syntax.Loop: lambda one, node: [turn.value(node.body) for turn in one.turns(node)],
    syntax.Member: lambda one, node: one._member(one.value(node.base), node.name, node.line),
    syntax.Index: lambda one, node: one._member(one.value(node.base), one.value(node.key), node.line),
    syntax.Call: Evaluator._call,
    syntax.Operation: Evaluator._operation,
    syntax.Conditional: Evaluator._conditional,
    syntax.Lambda: lambda _, node: node,
}

_SURROUNDINGS: Final = frozenset(
    {
        "subscription",
        "resourceGroup",
        "deployment",
        "environment",
        "tenant",
        "resourceId",
        "subscriptionResourceId",
    }
)

_OF_NUMBERS: Final[Mapping[str, Callable[[int, int], int]]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one // other,
    "%": lambda one, other: one % other,
}


def text_of(value: Any) -> str:
    """A value as it stands in a text: `True` and `False` with a capital, as ARM's string() writes them."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    raise TypeError(f"{type(value).__name__} is no text")


def unique_string(*parts: str) -> str:
    """Thirteen letters and digits that follow from the parts; not the text that ARM makes."""
    digest = hashlib.sha256("-".join(parts).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:13]


def guid(*parts: str) -> str:
    """ARM's guid: UUID 5 of the parts, joined by dashes."""
    for part in parts:
        if not isinstance(part, str):
            raise TypeError(f"takes texts, not {part!r}")
    return str(uuid.uuid5(GUIDS, "-".join(parts)))


def union(*values: Any) -> Any:
    """Of objects, the later value of a name counts, and objects within are joined likewise; of lists each item once."""
    if all(isinstance(value, dict) for value in values):
        found: dict[str, Any] = {}
        for value in values:
            for name, inner in value.items():
                before = found.get(name)
                both = isinstance(before, dict) and isinstance(inner, dict)
                found[name] = union(before, inner) if both else inner
        return found
    if all(isinstance(value, list) for value in values):
        items: list[Any] = []
        for value in values:
            items += [item for item in value if item not in items]
        return items
    raise TypeError("takes objects or lists")


def cidr_subnet(network: str, size: int, index: int) -> str:
    """The subnet number `index` of a length in a network."""
    return str(next(islice(ip_network(network).subnets(new_prefix=size), index, None)))


def contains(container: Any, item: Any) -> bool:
    """Whether a text, list or object has an item; names of objects without regard to case."""
    if isinstance(container, dict):
        return str(item).lower() in {name.lower() for name in container}
    return item in container


def _concat(*values: Any) -> Any:
    if all(isinstance(value, list) for value in values):
        return [item for value in values for item in value]
    return "".join(text_of(value) for value in values)


def _most(values: tuple[Any, ...], choose: Callable[..., int]) -> int:
    return choose(*values)


def resource_type_id(prefix: str, kind: str, *names: str) -> str:
    """`PREFIX/providers/Namespace/type/name/child/name` of a type and its names."""
    namespace, *types = kind.split("/")
    if len(types) != len(names):
        raise ValueError(f"{kind} takes {len(types)} names, not {len(names)}")
    rest = "".join(f"/{one}/{name}" for one, name in zip(types, names, strict=True))
    return f"{prefix}/providers/{namespace}{rest}"


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "any": lambda value: value,
    "cidrSubnet": cidr_subnet,
    "concat": _concat,
    "contains": contains,
    "empty": lambda value: value is None or len(value) == 0,
    "endsWith": lambda text, end: text.lower().endswith(end.lower()),
    "first": lambda value: value[0],
    "flatten": lambda lists: [item for one in lists for item in one],
    "format": lambda text, *values: text.format(*values),
    "guid": guid,
    "int": int,
    "items": lambda value: [{"key": name, "value": value[name]} for name in sorted(value)],
    "join": lambda values, between: between.join(text_of(value) for value in values),
    "json": json.loads,
    "last": lambda value: value[-1],
    "length": len,
    "max": lambda *values: _most(values, max),
    "min": lambda *values: _most(values, min),
    "range": lambda start, count: list(range(start, start + count)),
    "replace": lambda text, old, new: text.replace(old, new),
    "skip": lambda value, count: value[count:],
    "split": lambda text, by: text.split(by),
    "startsWith": lambda text, start: text.lower().startswith(start.lower()),
    "string": text_of,
    "take": lambda value, count: value[:count],
    "toLower": lambda text: text.lower(),
    "toUpper": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "union": union,
    "uniqueString": unique_string,
}
"""The functions that need nothing of what is around them."""
