"""Which detectors a record is for, at a cost that grows with those that match, not with those that exist.

All selections on one source are compiled into a `Plan`. Equalities and memberships are looked up by hash, from
the values that the source's own decoder gave; prefixes, substrings and other tests are evaluated once per value
and remembered within bounds. `Plan.match_event` says the same for a carefully read record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from shared.detection.detector import Detector
from shared.events.event import Event
from shared.events.selection import Clause, fold
from shared.events.shape import Head, Shape
from shared.events.source import Field, Source

MOST_REMEMBERED = 8192
"""Entries a memo may hold before it starts anew: hostile values cost time, never memory."""

Raw = tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One selection of one detector, its conditions split into looked-up and tested ones."""

    detector: Detector
    equal: tuple[Clause, ...]
    tested: tuple[Clause, ...]
    number: int


@dataclass(slots=True)
class _Column:
    """A field that conditions are about: where its raw values stand in the key, and how they become its value."""

    name: str
    source: Source
    raw: tuple[str, ...]
    clauses: list[tuple[int, Clause]] = field(default_factory=list)

    def value(self, raws: Raw) -> str | None:
        """The folded value of the field, from the raw values at its paths."""
        declared = self.source.fields.get(self.name)
        if not isinstance(declared, Field):
            return fold(raws[0]) if raws else fold(declared.value) if declared is not None else None
        for raw in raws:
            if raw is not None:
                value = declared.normalise(raw)
                if value is not None:
                    return fold(value)
        return None


class Plan:
    """The compiled selections on one source."""

    def __init__(self, source: Source, pairs: Iterable[tuple[Detector, tuple[Clause, ...]]]) -> None:
        self.source = source
        self.rules = [
            Rule(
                detector,
                tuple(clause for clause in clauses if clause.matcher is None),
                tuple(clause for clause in clauses if clause.matcher is not None),
                number,
            )
            for number, (detector, clauses) in enumerate(pairs)
        ]
        self._equal = self._columns(lambda rule: rule.equal)
        self._tested = self._columns(lambda rule: rule.tested)
        self.asked = tuple(
            dict.fromkeys(path for column in (*self._equal, *self._tested) for path in column.raw)
        )
        self._equal_paths = tuple(dict.fromkeys(path for column in self._equal for path in column.raw))
        self._index, self._always = self._build_index()
        self._by_key: dict[Raw, tuple[Rule, ...]] = {}
        self._satisfied: list[dict[Raw, frozenset[tuple[int, Clause]]]] = [{} for _ in self._tested]
        self._combined: dict[Any, tuple[Rule, ...]] = {}
        self._equal_key: Callable[[Head], Raw] = lambda head: ()

    def _columns(self, clauses_of: Callable[[Rule], tuple[Clause, ...]]) -> list[_Column]:
        columns: dict[str, _Column] = {}
        for rule in self.rules:
            for clause in clauses_of(rule):
                column = columns.get(clause.field)
                if column is None:
                    column = columns[clause.field] = _Column(
                        clause.field, self.source, self.source.raw_paths(clause.field)
                    )
                column.clauses.append((rule.number, clause))
        return list(columns.values())

    def _build_index(self) -> tuple[dict[str, dict[str, list[Rule]]], list[Rule]]:
        """Every rule stands in the index once, under its equality with the fewest values; the rest is checked."""
        index: dict[str, dict[str, list[Rule]]] = {}
        always: list[Rule] = []
        for rule in self.rules:
            if not rule.equal:
                always.append(rule)
                continue
            anchor = min(rule.equal, key=lambda clause: (clause.field != "operation", len(clause.values)))
            values = index.setdefault(anchor.field, defaultdict(list))
            for value in anchor.values:
                values[value].append(rule)
        return index, always

    @property
    def has_tests(self) -> bool:
        """Whether a rule has conditions beyond equality, so that a remembered answer must be completed."""
        return bool(self._tested)

    def remembered(self, heads: list[Head]) -> list[tuple[Rule, ...] | None] | None:
        """What is known of each head by its looked-up values, in two passes in C; None where one is irregular."""
        try:
            return list(map(self._by_key.get, map(self._equal_key, heads)))
        except (AttributeError, TypeError):
            return None

    def bind(self, shape: Shape) -> Callable[[Head], tuple[Rule, ...] | None]:
        """The function that names the rules a head satisfies; None where only the careful way can tell."""
        equal_key = shape.getter(self._equal_paths)
        careful_equal = shape.careful_getter(self._equal_paths)
        tested_keys = [shape.getter(column.raw) for column in self._tested]
        careful_tested = [shape.careful_getter(column.raw) for column in self._tested]
        by_key, has_tested = self._by_key, bool(self._tested)
        self._equal_key = equal_key

        def match(head: Head) -> tuple[Rule, ...] | None:
            try:
                try:
                    key = equal_key(head)
                except AttributeError:
                    if not shape.repair(head):
                        return None
                    key = careful_equal(head)
                rules = by_key.get(key)
                if rules is None:
                    rules = self._lookup(key)
                if not has_tested or not rules or not any(rule.tested for rule in rules):
                    return rules
                try:
                    raws = tuple(getter(head) for getter in tested_keys)
                except AttributeError:
                    if not shape.repair(head):
                        return None
                    raws = tuple(getter(head) for getter in careful_tested)
                return self._test(rules, raws)
            except TypeError:  # a value that cannot be hashed: an object where text was declared
                return None

        return match

    def _lookup(self, key: Raw) -> tuple[Rule, ...]:
        raws = dict(zip(self._equal_paths, key, strict=True))
        values = {column.name: column.value(tuple(raws[path] for path in column.raw)) for column in self._equal}
        rules = self._indexed(values)
        if len(self._by_key) >= MOST_REMEMBERED:
            self._by_key.clear()
        self._by_key[key] = rules
        return rules

    def _indexed(self, values: dict[str, str | None]) -> tuple[Rule, ...]:
        found = list(self._always)
        for name, index in self._index.items():
            value = values[name]
            for rule in index.get(value, ()) if value is not None else ():
                if all(clause.holds(values[clause.field]) for clause in rule.equal):
                    found.append(rule)
        return tuple(sorted(found, key=lambda rule: rule.number))

    def _test(self, rules: tuple[Rule, ...], raws: tuple[Raw, ...]) -> tuple[Rule, ...]:
        satisfied = tuple(
            self._satisfied_by(number, column, raw)
            for number, (column, raw) in enumerate(zip(self._tested, raws, strict=True))
        )
        combination = (rules, satisfied)
        known = self._combined.get(combination)
        if known is None:
            holds = frozenset().union(*satisfied)
            known = tuple(
                rule for rule in rules if all((rule.number, clause) in holds for clause in rule.tested)
            )
            if len(self._combined) >= MOST_REMEMBERED:
                self._combined.clear()
            self._combined[combination] = known
        return known

    def _satisfied_by(self, number: int, column: _Column, raw: Raw) -> frozenset[tuple[int, Clause]]:
        memo = self._satisfied[number]
        known = memo.get(raw)
        if known is None:
            value = column.value(raw)
            known = frozenset(pair for pair in column.clauses if pair[1].holds(value))
            if len(memo) >= MOST_REMEMBERED:
                memo.clear()
            memo[raw] = known
        return known

    def match_event(self, event: Event) -> tuple[Rule, ...]:
        """The rules that a carefully read record satisfies; the meaning that the bound function must agree with."""
        values = {column.name: event.folded(column.name) for column in self._equal}
        return tuple(
            rule
            for rule in self._indexed(values)
            if all(clause.holds(event.folded(clause.field)) for clause in rule.tested)
        )


def compile_plans(detectors: Iterable[Detector], sources: Iterable[Source]) -> dict[str, Plan]:
    """A plan for every source, by its id; also for sources that no detector asks for, so that all are dispatched."""
    pairs: dict[str, list[tuple[Detector, tuple[Clause, ...]]]] = {source.id: [] for source in sources}
    for detector in detectors:
        for selection in detector.on:
            pairs[selection.source.id].append((detector, selection.clauses))
    return {source.id: Plan(source, pairs[source.id]) for source in sources}



