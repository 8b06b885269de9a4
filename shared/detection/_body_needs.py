"""The fields without which the body of a detector cannot hold, read from its source at declaration.

Used by `detector.py` alone, as `_body.py` is. It says less than is true rather than more: a field counts where it alone
makes up a part of the conjunction that the body returns, where a guard returns False without it, or where the body
reads nothing else. What is only one way of several, or may hold by being absent, is not needed.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from shared.detection._detector_body import syntax
from shared.events.event import NAMES

_UNKNOWN: Final = "*"
"""Stands among the fields of an expression that also reads what its text does not name."""


def needed_by(body: Callable[..., Any]) -> tuple[str, ...]:
    """Normalised fields and raw paths that a record must have for `body` to return True, sorted."""
    tree = syntax(body)
    event = next(iter(inspect.signature(body).parameters), None)
    if not isinstance(tree, ast.FunctionDef) or event is None:
        return ()
    reading = _FieldReader(event, tree.body)
    answers = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    holding = [value for value in answers if value is not None and not _is(value, False)]
    if len(holding) == 1 and not _is(holding[0], True):
        found = set(_needed(holding[0], reading))
        for guard in _guards(tree.body):
            found |= _needed(guard, reading)
        return tuple(sorted(found))
    return tuple(sorted(_alone(tree.body, reading))) if _ends_without(tree) else ()


def _ends_without(tree: ast.FunctionDef) -> bool:
    """Whether the body returns False at its end only, so that something it reads must say True before."""
    no = [node for node in ast.walk(tree) if isinstance(node, ast.Return) and _is(node.value, False)]
    otherwise = any(getattr(node, "orelse", None) for node in ast.walk(tree) if isinstance(node, ast.stmt))
    return no == [tree.body[-1]] and not otherwise


class _FieldReader:
    """Says which fields an expression reads, also by way of names that are assigned once."""

    def __init__(self, event: str, statements: Sequence[ast.stmt]) -> None:
        self._event = event
        self._assigned: dict[str, tuple[set[str], bool]] = {}
        for line in statements:
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                name = line.targets[0].id
                again = {_UNKNOWN} if name in self._assigned else set()
                self._assigned[name] = (self.fields(line.value) | again, self.may_deny(line.value))

    def fields(self, node: ast.AST) -> set[str]:
        if isinstance(node, ast.Name):
            if node.id == self._event:
                return {_UNKNOWN}  # handed on whole
            return self._assigned.get(node.id, (set(), False))[0]
        if isinstance(node, ast.Attribute) and self._is_event(node.value):
            return {node.attr if node.attr in NAMES else _UNKNOWN}
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and self._is_event(node.func.value)
        ):
            return {self._got(node.func.attr, node.args)}
        return set().union(*map(self.fields, ast.iter_child_nodes(node)))

    def may_deny(self, node: ast.AST) -> bool:
        """Whether something in the expression may hold because a value is missing."""
        return any(
            self._assigned.get(inner.id, (set(), False))[1] if isinstance(inner, ast.Name) else _denies(inner)
            for inner in ast.walk(node)
        )

    def _got(self, method: str, arguments: Sequence[ast.expr]) -> str:
        written = [value.value for value in arguments if isinstance(value, ast.Constant)]
        if method != "get" or not written or len(written) < len(arguments) or any(written[1:]):
            return _UNKNOWN  # a path that is made, or a default that may hold
        return str(written[0])

    def _is_event(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id == self._event


def _needed(part: ast.expr, reading: _FieldReader) -> set[str]:
    """What must have a value for the expression to be true."""
    if isinstance(part, ast.Call) and ast.unparse(part.func) == "bool" and part.args:
        return _needed(part.args[0], reading)
    if isinstance(part, ast.BoolOp):
        parts = [_needed(value, reading) for value in part.values]
        return set.union(*parts) if isinstance(part.op, ast.And) else set.intersection(*parts)
    if (
        isinstance(part, ast.Compare)
        and isinstance(part.ops[0], ast.IsNot)
        and _is(part.comparators[0], None)
    ):
        return _alone([part.left], reading)
    return _alone([part], reading)


def _alone(nodes: Iterable[ast.AST], reading: _FieldReader) -> set[str]:
    """The one field that the nodes read, where nothing in them could hold for its absence."""
    whole = list(nodes)
    fields = set().union(*map(reading.fields, whole))
    if len(fields) != 1 or _UNKNOWN in fields or any(map(reading.may_deny, whole)):
        return set()
    return fields


def _denies(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return any(
            isinstance(op, ast.NotEq | ast.NotIn | ast.IsNot) or (isinstance(op, ast.Is) and _is(value, None))
            for op, value in zip(node.ops, node.comparators, strict=True)
        )
    if isinstance(node, ast.IfExp):
        return not (isinstance(node.orelse, ast.Tuple) and not node.orelse.elts)
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _guards(statements: Iterable[ast.stmt]) -> Iterator[ast.expr]:
    """What must be true to pass the lines `if not ...: return False`."""
    for line in statements:
        if isinstance(line, ast.If) and ast.unparse(line.body[0]) == "return False":
            test = line.test
            for part in test.values if isinstance(test, ast.BoolOp) and _is_or(test) else [test]:
                if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not):
                    yield part.operand


def _is_or(test: ast.BoolOp) -> bool:
    return isinstance(test.op, ast.Or)


def _is(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
