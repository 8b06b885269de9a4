"""What the body of a detector says, read from its source at declaration.

Used by `detector.py` alone: a body that says nothing is never called, and what a body reads is decoded with the head.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from shared.events.event import NAMES
from shared.events.paths import is_raw_path


def syntax(body: Callable[..., Any]) -> ast.stmt:
    """The body as Python parses it; `pass` where its source is not known."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(body))).body[0]
    except (OSError, SyntaxError):  # made without a file, or a lambda: nothing is known of it
        return ast.Pass()


def read_by(body: Callable[..., Any]) -> tuple[str, ...]:
    """What a body reads of its event, its first parameter: attributes by name, and `get` with a path written out."""
    found: list[str] = []
    event = next(iter(inspect.signature(body).parameters), None)
    for node in ast.walk(syntax(body)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == event:
            found.append(node.attr)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            found.append(node.args[0].value)
    return tuple(name for name in dict.fromkeys(found) if name in NAMES or is_raw_path(name))


def says_nothing(body: Callable[..., Any]) -> bool:
    """Whether the function has only a docstring and at most `return True`: then the selection says it all."""
    tree = syntax(body)
    if not isinstance(tree, ast.FunctionDef):
        return False
    return all(
        (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        or (
            isinstance(line, ast.Return) and isinstance(line.value, ast.Constant) and line.value.value is True
        )
        for line in tree.body
    )
