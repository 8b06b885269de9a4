"""The conditions on one field, compiled: from a raw value to the set of conditions that it satisfies.

A `Column` belongs to a plan (`dispatch.py`). Equalities are one hash look-up whatever their number; prefixes and
suffixes are looked up by length; substrings are searched all at once. What a raw value satisfies is remembered
within bounds, and equal sets are one object, so that records which satisfy the same are recognised by identity.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from types import NoneType
from typing import Any

from shared.events.conditions import Clause, Matcher, fold
from shared.events.source_definition import Field, Source

MOST_REMEMBERED = 16_384
"""Values a column remembers before it starts anew: hostile values cost time, never memory."""

_FEW = 2_048
_LONGEST_REMEMBERED = 512
_NEEDLES_A_LENGTH = 2
_PLAIN = frozenset({str, int, NoneType})
_SCALARS = frozenset({str, int, NoneType, bool, float})

Satisfied = frozenset[int]
"""Numbers of the conditions that hold."""

NOTHING: Satisfied = frozenset()


class Column:
    """A field that conditions are about: where its raw values stand, and what each satisfies."""

    def __init__(
        self,
        source: Source,
        name: str,
        conditions: Iterable[tuple[int, Clause]],
        pool: dict[Satisfied, Satisfied],
    ) -> None:
        self.name = name
        self.raw = source.raw_paths(name)
        declared = source.fields.get(name)
        self._normalise: Callable[[Any], Any] | None = (
            declared.normalise if isinstance(declared, Field) else None
        )
        self._constant = None if declared is None or isinstance(declared, Field) else fold(declared.value)
        self._pool = pool
        self._equal: dict[str, set[int]] = defaultdict(set)
        self._prefixes: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._suffixes: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._substrings: dict[str, set[int]] = defaultdict(set)
        self._others: list[tuple[int, Matcher]] = []
        for number, clause in conditions:
            self._compile(number, clause)
        self._search = (
            re.compile(any_of_pattern(self._substrings), re.DOTALL).search if self._substrings else None
        )
        self._beginnings = _at_a_glance(self._prefixes)
        self._endings = _at_a_glance(self._suffixes)
        self._remembered: dict[Any, Satisfied] = {}
        self._by_first: dict[str, Satisfied] = {}
        self._single = len(self.raw) < 2
        # Look-ups take True for 1. Where that makes a difference, they are looked at apart from numbers.
        self._booleans_differ = any(self._reading(number) != self._reading(bool(number)) for number in (0, 1))
        self._kept = _PLAIN if self._booleans_differ else _SCALARS

    def _compile(self, number: int, clause: Clause) -> None:
        matcher = clause.matcher
        if matcher is None:
            for value in clause.values:
                self._equal[value].add(number)
        elif matcher.negated or matcher.kind not in ("prefix", "suffix", "contains"):
            self._others.append((number, matcher))
        elif matcher.kind == "contains":
            for needle in matcher.needles:
                self._substrings[needle].add(number)
        else:
            by_length = self._prefixes if matcher.kind == "prefix" else self._suffixes
            for needle in matcher.needles:
                by_length[len(needle)][needle].add(number)

    def _reading(self, number: int) -> tuple[bool, Satisfied]:
        """What a number at the first path comes to: whether it is a value at all, and what it satisfies."""
        value = self._value(number if self._single else (number, *[None] * (len(self.raw) - 1)))
        return value is None, self.satisfied(value)

    def known(self, values: Iterable[Any]) -> list[Satisfied | None]:
        """What is remembered of raw values; None where it must be asked of `ask`. TypeError: one cannot be hashed."""
        if not self._booleans_differ:
            return list(map(self._remembered.get, values))
        raws = list(values)
        if _PLAIN.issuperset(map(type, raws if self._single else chain.from_iterable(raws))):
            return list(map(self._remembered.get, raws))
        return [self._remembered.get(raw) if self._is_kept(raw) else self._satisfied(raw) for raw in raws]

    def _satisfied(self, raw: Any) -> Satisfied:
        hash(raw)  # TypeError where the record must be read on the slow path
        return self.ask(raw)

    def _is_kept(self, raw: Any) -> bool:
        if type(raw) is str:
            return len(raw) <= _LONGEST_REMEMBERED
        return all(
            type(value) in self._kept and not (type(value) is str and len(value) > _LONGEST_REMEMBERED)
            for value in ((raw,) if self._single else raw)
        )

    def ask(self, raw: Any) -> Satisfied:
        """What a raw value satisfies (a tuple of them where the field has several paths)."""
        if not self._single and type(raw[0]) is str:
            return self._ask_first(raw)
        return self._keep(raw, self.satisfied(self._value(raw)))

    def _ask_first(self, raw: Any) -> Satisfied:
        """As `ask`, where the first path has a text: mostly that decides, whatever stands at the others."""
        first = raw[0]
        known = self._by_first.get(first)
        if known is None:
            value = self._normalise(first) if self._normalise is not None else None
            if value is None or len(first) > _LONGEST_REMEMBERED:
                return self._keep(raw, self.satisfied(self._value(raw)))
            known = self.satisfied(fold(value))
            if len(self._by_first) >= MOST_REMEMBERED:
                self._by_first.clear()
            self._by_first[first] = known
        # Ids that no other record has may stand at the other paths: they shall not push out what is useful.
        return self._keep(raw, known) if len(self._remembered) < _FEW else known

    def _keep(self, raw: Any, known: Satisfied) -> Satisfied:
        if self._is_kept(raw):
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[raw] = known
        return known

    def _value(self, raw: Any) -> str | None:
        if self._normalise is None:
            return (
                self._constant
                if not self.raw
                else fold(raw)
                if isinstance(raw, str | int | float | bool)
                else None
            )
        for candidate in raw if len(self.raw) > 1 else (raw,):
            if candidate is not None:
                value = self._normalise(candidate)
                if value is not None:
                    return fold(value)
        return None

    def _at_ends(self, value: str) -> list[int]:
        found: list[int] = []
        if self._beginnings is None or value.startswith(self._beginnings):
            for length, needles in self._prefixes.items():
                found += needles.get(value[:length], ())
        if self._endings is None or value.endswith(self._endings):
            for length, needles in self._suffixes.items():
                found += needles.get(value[-length:], ())
        return found

    def satisfied(self, value: str | None) -> Satisfied:
        """The conditions that the folded value satisfies."""
        found: list[int] = []
        if value is not None:
            found += self._equal.get(value, ())
            found += self._at_ends(value)
            if self._search is not None and self._search(value):
                for needle, numbers in self._substrings.items():
                    if needle in value:
                        found += numbers
        for number, matcher in self._others:
            if matcher.holds(value):
                found.append(number)
        if not found:
            return NOTHING
        result = frozenset(found)
        if len(self._pool) >= MOST_REMEMBERED:
            self._pool.clear()
        return self._pool.setdefault(result, result)


def _at_a_glance(by_length: Mapping[int, Mapping[str, Any]]) -> tuple[str, ...] | None:
    """All needles, where comparing with each is cheaper than a look-up for each of their lengths; else None."""
    needles = tuple(needle for of_length in by_length.values() for needle in of_length)
    return needles if len(needles) <= _NEEDLES_A_LENGTH * len(by_length) else None


def any_of_pattern(needles: Iterable[str]) -> str:
    """A pattern that finds whether any of `needles` stands in a text; common beginnings are tried once."""
    trie: dict[str, Any] = {}
    for needle in needles:
        node = trie
        for char in needle:
            node = node.setdefault(char, {})
        node[""] = {}
    return _pattern_of(trie)


def _pattern_of(node: dict[str, Any]) -> str:
    if "" in node:
        return ""  # a needle ends here: whatever follows, it was found
    branches = []
    for char, child in node.items():
        literal, below = re.escape(char), child
        while len(below) == 1 and "" not in below:
            ((following, below),) = below.items()
            literal += re.escape(following)
        branches.append(literal + _pattern_of(below))
    return branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")"
