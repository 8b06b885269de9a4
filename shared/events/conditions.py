"""Conditions on the fields of a record, as data: what `on=` of a detector asks of a source.

Because a condition is data, it can be indexed (`shared.detection.dispatch._index`), documented, and turned into
coverage. A source called with conditions gives a `Selection` (`source.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from shared.base.errors import DeclarationError
from shared.events.paths import number_text

Scalar = str | int | float | bool


def fold(value: Any) -> str | None:
    """The form in which values are compared: text without case; numbers and booleans as text."""
    if isinstance(value, str):
        return value.casefold()
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, int | float) else str(value)


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition on one value that is no plain equality. `needles` are folded; `kind` names the comparison."""

    kind: str  # "prefix" | "suffix" | "contains" | "present" | "absent" | "inside" | "outside" | "test"
    needles: tuple[str, ...] = ()
    test: Callable[[str], bool] | None = None
    negated: bool = False

    def holds(self, value: str | None) -> bool:
        """Whether the folded `value` (None: the record has no such field) satisfies this condition."""
        return self._bare(value) != self.negated

    def _bare(self, value: str | None) -> bool:
        if self.kind == "absent":
            return value is None
        if value is None:
            return False
        if self.kind == "prefix":
            return value.startswith(self.needles)
        if self.kind == "suffix":
            return value.endswith(self.needles)
        if self.kind == "contains":
            return any(needle in value for needle in self.needles)
        if self.kind == "equals":
            return value in self.needles
        return True if self.test is None else self.test(value)


def prefix(*texts: str) -> Matcher:
    """The value begins with one of `texts`, without regard to case."""
    return Matcher("prefix", _folded("prefix", texts))


def suffix(*texts: str) -> Matcher:
    """The value ends with one of `texts`, without regard to case."""
    return Matcher("suffix", _folded("suffix", texts))


def contains(*texts: str) -> Matcher:
    """One of `texts` stands in the value, without regard to case."""
    return Matcher("contains", _folded("contains", texts))


def present() -> Matcher:
    """The record has a value for the field."""
    return Matcher("present")


def absent() -> Matcher:
    """The record has no value for the field."""
    return Matcher("absent")


def none_of(*values: Scalar) -> Matcher:
    """The value is none of `values`; a missing value also satisfies it."""
    return Matcher("equals", tuple(fold(value) or "" for value in values), negated=True)


def _folded(kind: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise DeclarationError(f"{kind}() needs at least one text that is not empty, got {texts!r}")
    return tuple(text.casefold() for text in texts)


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition on one field: one of `values` (folded equality), or `matcher`."""

    field: str
    values: frozenset[str] = frozenset()
    matcher: Matcher | None = None

    def holds(self, value: str | None) -> bool:
        """Whether the folded `value` satisfies the clause."""
        return self.matcher.holds(value) if self.matcher else value in self.values


def clause_of(source: str, name: str, wanted: Any) -> Clause:
    """The condition that the field or raw path `name` of the source with id `source` is `wanted`: a scalar, a
    collection of scalars, or a matcher. Raises DeclarationError where nothing can be meant by it.
    """
    if isinstance(wanted, Matcher):
        return Clause(name, matcher=wanted)
    values: Iterable[Any] = [wanted] if isinstance(wanted, str | int | float | bool) else wanted
    folded: set[str] = set()
    try:
        for value in values:
            if not isinstance(value, str | int | float | bool):
                raise TypeError
            folded.add((fold(value) or "").strip())
    except TypeError:
        raise DeclarationError(
            f"condition {name}={wanted!r} on source {source}: give a text, a number, a list of them, or a "
            "matcher such as prefix('/api')"
        ) from None
    if not folded:
        raise DeclarationError(f"condition {name} on source {source} has no values, so it can never match")
    return Clause(name, values=frozenset(folded))
