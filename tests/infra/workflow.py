"""A small Logic Apps engine: runs the definitions of `infra/playbooks` against a service that answers as it is told.

It knows the actions and functions that the playbooks use and refuses all others. Source: "Schema reference for the
Workflow Definition Language" and "Reference guide to workflow expression functions", Microsoft Learn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

_TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|(-?\d+)|([A-Za-z_]\w*)|(\?\[|[\[\](),]))")
_INSERTED = re.compile(r"@\{((?:'[^']*'|[^'}])*)\}")

FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "add": lambda a, b: a + b,
    "and": lambda *values: all(values),
    "or": lambda *values: any(values),
    "not": lambda value: not value,
    "equals": lambda a, b: a == b,
    "greater": lambda a, b: a > b,
    "if": lambda condition, yes, no: yes if condition else no,
    "coalesce": lambda *values: next((value for value in values if value is not None), None),
    "concat": lambda *values: "".join("" if value is None else str(value) for value in values),
    "contains": lambda held, value: value in held,
    "createArray": lambda *values: list(values),
    "encodeUriComponent": lambda value: quote(value, safe="!'()*-._~"),
    "first": lambda value: value[0] if value else None,
    "last": lambda value: value[-1] if value else None,
    "guid": lambda: "00000000-0000-4000-8000-000000000000",
    "join": lambda values, between: between.join(values),
    "length": len,
    "setProperty": lambda value, name, to: {**value, name: to},
    "split": lambda value, at: value.split(at),
    "startsWith": lambda value, begin: value.lower().startswith(begin.lower()),
    "substring": lambda value, begin: value[begin:],
    "take": lambda values, most: values[:most],
    "toLower": lambda value: value.lower(),
    "trim": lambda value: value.strip(),
}


@dataclass(frozen=True)
class Request:
    """What a playbook asked a service for."""

    method: str
    uri: str
    body: Any
    audience: str


@dataclass
class Run:
    """One run of a definition: `answer` gives status and body for each request."""

    parameters: Mapping[str, Any]
    trigger: Any
    answer: Callable[[Request], tuple[int, Any]]
    requests: list[Request] = field(default_factory=list)
    status: dict[str, str] = field(default_factory=dict)
    _outputs: dict[str, Any] = field(default_factory=dict)
    _items: list[tuple[str, Any]] = field(default_factory=list)

    def play(self, actions: Mapping[str, Any]) -> str:
        """Run actions in the order that `runAfter` gives; Failed where one failed and nobody ran after that."""
        left, handled = dict(actions), set()
        while left:
            name = next(name for name, action in left.items() if not action["runAfter"].keys() & left.keys())
            action = left.pop(name)
            wanted = action["runAfter"]
            if all(self.status[before] in states for before, states in wanted.items()):
                self.status[name] = getattr(self, f"_{action['type'].lower()}")(name, action)
                handled |= {before for before, states in wanted.items() if "Failed" in states}
            else:
                self.status[name] = "Skipped"
                self._outputs[name] = None
        return (
            "Failed" if {name for name in actions if self.status[name] == "Failed"} - handled else "Succeeded"
        )

    def _http(self, name: str, action: Mapping[str, Any]) -> str:
        inputs = {key: self.value(value) for key, value in action["inputs"].items()}
        request = Request(
            inputs["method"], inputs["uri"], inputs.get("body"), inputs["authentication"]["audience"]
        )
        self.requests.append(request)
        code, body = self.answer(request)
        self._outputs[name] = {"statusCode": code, "body": body}
        return "Succeeded" if code < 400 else "Failed"

    def _compose(self, name: str, action: Mapping[str, Any]) -> str:
        self._outputs[name] = self.value(action["inputs"])
        return "Succeeded"

    def _query(self, name: str, action: Mapping[str, Any]) -> str:
        kept = [
            one
            for one in self.value(action["inputs"]["from"])
            if self._with("", one, action["inputs"]["where"])
        ]
        self._outputs[name] = {"body": kept}
        return "Succeeded"

    def _select(self, name: str, action: Mapping[str, Any]) -> str:
        source = self.value(action["inputs"]["from"])
        self._outputs[name] = {"body": [self._with("", one, action["inputs"]["select"]) for one in source]}
        return "Succeeded"

    def _with(self, loop: str, one: Any, expression: Any) -> Any:
        self._items.append((loop, one))
        try:
            return self.value(expression)
        finally:
            self._items.pop()

    def _if(self, name: str, action: Mapping[str, Any]) -> str:
        del name
        held = all(
            FUNCTIONS[operator](*map(self.value, values))
            for condition in action["expression"]["and"]
            for operator, values in condition.items()
        )
        taken, other = action["actions"], action["else"]["actions"]
        self._skip(other if held else taken)
        return self.play(taken if held else other)

    def _skip(self, actions: Mapping[str, Any]) -> None:
        """What is in a branch that is not taken is skipped, at any depth, and has no outputs."""
        for name, action in actions.items():
            self.status[name], self._outputs[name] = "Skipped", None
            self._skip(action.get("actions", {}))
            self._skip(action.get("else", {}).get("actions", {}))

    def _foreach(self, name: str, action: Mapping[str, Any]) -> str:
        results = []
        for one in self.value(action["foreach"]):
            self._items.append((name, one))
            results.append(self.play(action["actions"]))
            self._items.pop()
        return "Failed" if "Failed" in results else "Succeeded"

    def value(self, given: Any) -> Any:
        """What a value of the definition comes to: expressions evaluated, at any depth."""
        if isinstance(given, Mapping):
            return {key: self.value(value) for key, value in given.items()}
        if isinstance(given, list):
            return [self.value(value) for value in given]
        if not isinstance(given, str):
            return given
        if given.startswith("@") and not given.startswith("@{"):
            return Expression(given[1:], self).result()
        return _INSERTED.sub(lambda match: str(Expression(match[1], self).result()), given)

    def called(self, name: str, arguments: list[Any]) -> Any:
        """A function of the run's own state, or one of FUNCTIONS."""
        if name == "parameters":
            return self.parameters[arguments[0]]
        if name == "triggerBody":
            return self.trigger
        if name == "outputs":
            return self._outputs[arguments[0]]
        if name == "body":
            return (self._outputs[arguments[0]] or {}).get("body")
        if name == "item":
            return self._items[-1][1]
        if name == "items":
            return next(one for loop, one in reversed(self._items) if loop == arguments[0])
        return FUNCTIONS[name](*arguments)


class Expression:
    """One expression; every argument is evaluated, also the branch of `if` that is not taken."""

    def __init__(self, text: str, run: Run) -> None:
        self._tokens = [match.groups() for match in _TOKEN.finditer(text)]
        if "".join(match[0] for match in _TOKEN.finditer(text)) != text:
            raise ValueError(f"not an expression: {text}")
        self._run = run

    def result(self) -> Any:
        """The value of the whole expression."""
        value = self._term()
        assert not self._tokens
        return value

    def _sign(self) -> str | None:
        return self._tokens[0][3] if self._tokens else None

    def _term(self) -> Any:
        text, number, name, _ = self._tokens.pop(0)
        if text is not None:
            return text.replace("''", "'")
        if number is not None:
            return int(number)
        arguments = []
        assert self._tokens.pop(0)[3] == "("
        while self._sign() != ")":
            arguments.append(self._term())
            if self._sign() == ",":
                self._tokens.pop(0)
        self._tokens.pop(0)
        value = self._run.called(name, arguments)
        while (sign := self._sign()) in {"[", "?["}:
            self._tokens.pop(0)
            value = _member(value, self._term(), safe=sign == "?[")
            assert self._tokens.pop(0)[3] == "]"
        return value


def _member(value: Any, key: Any, *, safe: bool) -> Any:
    try:
        return value[key]
    except (KeyError, IndexError, TypeError):
        if safe:
            return None
        raise
