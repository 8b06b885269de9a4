"""Which detectors a record is for, at a cost that grows with those that match, not with those that exist.

All selections on one source are compiled into a `Plan`. For each field that conditions are about, a `Column` turns
the raw values of all heads of a body into sets of satisfied conditions, in C where they are known; the combination
of those sets names the rules, remembered within bounds. `Plan.match_event` says the same for a record of the slow path.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.detection.detector import Detector
from shared.detection.dispatch._columns import Column, Satisfied
from shared.detection.windows._listening import FINDING
from shared.events.conditions import Clause
from shared.events.event import Event
from shared.events.head import Head, HeadDecoder
from shared.events.paths import split_path
from shared.events.source_definition import Source

MOST_COMBINATIONS = 16_384
_MANY_OPERATIONS = 20
_COMMON_READS = frozenset({"get", "list", "watch", "read", "getblob", "head"})
_LEADING_PATHS = 3
"""How many of a field's paths are decoded with the head for bodies; the rest is looked up when it is needed."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One selection of one detector: it is for records that satisfy all its conditions (`needs`, their numbers).

    step: of a sequence. counts_as: what a record is counted as, once, though several selections take it.
    """

    detector: Detector
    clauses: tuple[Clause, ...]
    needs: Satisfied
    step: int = 0
    counts_as: tuple[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts_as", (self.detector.id, self.step))


Rules = tuple[Rule, ...]


class Plan:
    """The compiled selections on one source."""

    def __init__(self, source: Source, pairs: Iterable[tuple[Detector, tuple[Clause, ...], int]]) -> None:
        self.source = source
        numbers: dict[Clause, int] = {}  # equal conditions of several rules are one
        self.rules = [
            Rule(
                detector,
                clauses,
                frozenset(numbers.setdefault(clause, len(numbers)) for clause in clauses),
                step,
            )
            for detector, clauses, step in pairs
        ]
        pool: dict[Satisfied, Satisfied] = {}
        by_field: dict[str, list[tuple[int, Clause]]] = {}
        for clause, number in numbers.items():
            by_field.setdefault(clause.field, []).append((number, clause))
        slow = {c.field for c in numbers if any(_into_list(path) for path in source.raw_paths(c.field))}
        self._gates = _gates_of(self.rules, {number: clause for clause, number in numbers.items()}, slow)
        opens = {clause.field for clause, number in numbers.items() if number in self._gates}
        fields = sorted(by_field, key=lambda name: name not in opens)  # the fields of gates first
        self._columns = [Column(source, name, by_field[name], pool) for name in fields]
        self._gated = len(opens)
        self._column_of = {number: place for place, name in enumerate(fields) for number, _ in by_field[name]}
        self._of_gates = frozenset(number for number, place in self._column_of.items() if place < self._gated)
        self.asked = tuple(
            dict.fromkeys([path for column in self._columns for path in column.raw] + self._counted())
        )
        self._by_anchor, self._always = self._anchored()
        self._combinations: dict[tuple[Satisfied, ...], Rules] = {}
        self._lefts: dict[tuple[Satisfied, ...], tuple[int, ...] | None] = {}

    def _counted(self) -> list[str]:
        """The raw paths of what bodies read, and of what windows count by and say in their titles.

        So most bodies and windows are served by the head. Paths into lists are left out: they would be decoded
        whole for every record.
        """
        counted = [name for rule in self.rules for name in rule.detector.head_fields]
        read = [name for rule in self.rules for name in rule.detector.reads]
        paths = [path for name in dict.fromkeys(counted) for path in self._paths_of(name)]
        paths += [path for name in dict.fromkeys(read) for path in self._paths_of(name)[:_LEADING_PATHS]]
        return [path for path in paths if not _into_list(path)]

    def _paths_of(self, name: str) -> tuple[str, ...]:
        return self.source.raw_paths(name) if name in self.source.fields or "." in name else ()

    def _anchored(self) -> tuple[dict[int, list[Rule]], Rules]:
        """Every rule stands once, under its condition that the fewest rules share; the others are checked."""
        shared = Counter(number for rule in self.rules for number in rule.needs)
        anchors: dict[int, list[Rule]] = {}
        for rule in self.rules:
            if rule.needs:
                anchors.setdefault(min(rule.needs, key=lambda number: (shared[number], number)), []).append(
                    rule
                )
        return anchors, _distinct(rule for rule in self.rules if not rule.needs)

    def bind(self, decoder: HeadDecoder) -> Callable[[Sequence[Head]], list[Rules | None]]:
        """The function that names the rules of each head; None where only the slow path can tell."""
        getters = [decoder.getter(column.raw) for column in self._columns]
        slow = [decoder.slow_getter(column.raw) for column in self._columns]

        def match(heads: Sequence[Head]) -> list[Rules | None]:
            try:
                return self._match(heads, getters)
            except (AttributeError, TypeError):
                pass
            if decoder.repair(heads):
                for ways in (getters, slow):
                    try:
                        return self._match(heads, ways)
                    except (AttributeError, TypeError):
                        continue
            if len(heads) == 1:
                return [match_one(heads[0])]
            middle = len(heads) // 2  # few are irregular: the others shall not pay for them
            return match(heads[:middle]) + match(heads[middle:])

        def match_one(head: Head) -> Rules | None:
            if not decoder.repair((head,)):
                return None
            try:
                return self._match((head,), slow)[0]
            except TypeError:  # a value that cannot be hashed: an object where text was declared
                return None

        if not self._columns:
            return lambda heads: [self._always] * len(heads)
        return match

    def _match(
        self,
        heads: Sequence[Head],
        getters: Sequence[Callable[[Head], Any]],
    ) -> list[Rules | None]:
        gates = [self._sets(number, heads, getters) for number in range(self._gated)]
        found: list[Rules | None] = [self._always] * len(heads)
        for more, places in self._past_gates(gates).items():
            inside = [heads[place] for place in places]
            columns = [[sets[place] for place in places] for sets in gates]
            columns += [self._sets(number, inside, getters) for number in more]
            for place, key in zip(places, zip(*columns, strict=True), strict=True):
                found[place] = self._combined(key)
        return found

    def _past_gates(self, gates: Sequence[Sequence[Satisfied]]) -> dict[tuple[int, ...], list[int]]:
        """The places that pass a gate and may still satisfy a rule, by the columns that are left to ask for that."""
        closed = self._gates.isdisjoint
        through: set[int] = set()
        for sets in gates:
            opening = {holds for holds in set(sets) if not closed(holds)}
            if opening:
                through.update([place for place, holds in enumerate(sets) if holds in opening])
        found: dict[tuple[int, ...], list[int]] = {}
        for place in sorted(through):
            more = self._left(tuple([sets[place] for sets in gates]))
            if more is not None:
                found.setdefault(more, []).append(place)
        return found

    def _left(self, key: tuple[Satisfied, ...]) -> tuple[int, ...] | None:
        """The columns that must be asked of a record whose gates satisfy `key`; None where no rule is left."""
        known = self._lefts.get(key, ())
        if known != () or key in self._lefts:
            return known
        holds = frozenset().union(*key)
        asked = self._of_gates
        left = [rule.needs - holds for rule in self.rules if rule.needs and rule.needs & asked <= holds]
        columns = {self._column_of[number] for needs in left for number in needs}
        more = tuple(sorted(columns)) if left else None
        if len(self._lefts) >= MOST_COMBINATIONS:
            self._lefts.clear()
        self._lefts[key] = more
        return more

    def _sets(
        self, number: int, heads: Sequence[Head], getters: Sequence[Callable[[Head], Any]]
    ) -> list[Satisfied]:
        """What the heads satisfy of a column; known values are looked up in C."""
        column, get = self._columns[number], getters[number]
        found = column.known(map(get, heads))
        if None in found:
            _ask(column, found, get, heads)
        return found  # type: ignore[return-value]  # no None is left

    def _combined(self, key: tuple[Satisfied, ...]) -> Rules:
        known = self._combinations.get(key)
        if known is None:
            holds = frozenset().union(*key)
            anchored = [rule for number in sorted(holds) for rule in self._by_anchor.get(number, ())]
            known = _distinct((*self._always, *(rule for rule in anchored if rule.needs <= holds)))
            if len(self._combinations) >= MOST_COMBINATIONS:
                self._combinations.clear()
            self._combinations[key] = known
        return known

    def match_event(self, event: Event) -> Rules:
        """The rules that a record of the slow path satisfies; the meaning that `bind` must agree with."""
        return self._combined(tuple(column.satisfied(event.folded(column.name)) for column in self._columns))


def _distinct(rules: Iterable[Rule]) -> Rules:
    """The rules without those whose record counts already by another selection of the same step."""
    found: dict[tuple[str, int], Rule] = {}
    for rule in rules:
        found.setdefault(rule.counts_as, rule)
    return tuple(found.values())


def _into_list(path: str) -> bool:
    return any(part.isdigit() for part in split_path(path))


def _gates_of(rules: Iterable[Rule], clauses: Mapping[int, Clause], slow: Collection[str]) -> Satisfied:
    """The least open condition of every rule: a record that passes no gate satisfies no rule, and is asked no more.

    Fields in `slow` stand in lists, where looking takes longer.
    """
    used = Counter(clauses[number].field for rule in rules for number in rule.needs)
    operations = {
        value for clause in clauses.values() if clause.field == "operation" for value in clause.values
    }

    def openness(number: int) -> tuple[int, int, int]:
        clause = clauses[number]
        open_ = _match_rank(clause, len(operations) >= _MANY_OPERATIONS) + 2 * (clause.field in slow)
        return (open_, used[clause.field], number)

    return frozenset(min(rule.needs, key=openness) for rule in rules if rule.needs)


def _match_rank(clause: Clause, has_many_operations: bool) -> int:
    """How often a condition lets a record through, as far as its form shows.

    `has_many_operations`: the source has many, not a handful of verbs, so that most records are of none asked for.
    """
    matcher = clause.matcher
    if matcher is not None:
        return 6 if matcher.negated or matcher.kind == "absent" else 4
    if clause.field == "operation":
        return 0 if has_many_operations or clause.values.isdisjoint(_COMMON_READS) else 3
    # Half of all records have one value of these, the other half another.
    return 5 if clause.field in ("event_result", "actor_user_type", "category") else 1


def _ask(
    column: Column, found: list[Satisfied | None], get: Callable[[Head], Any], heads: Sequence[Head]
) -> None:
    for position, known in enumerate(found):
        if known is None:
            found[position] = column.ask(get(heads[position]))


def compile_plans(detectors: Iterable[Detector], sources: Iterable[Source]) -> dict[str, Plan]:
    """A plan for every source, by its id; also for sources that no detector asks for, so that all are dispatched."""
    pairs: dict[str, list[tuple[Detector, tuple[Clause, ...], int]]] = {source.id: [] for source in sources}
    for detector in detectors:
        for number, selection in enumerate(detector.on):
            if selection.source is not FINDING:  # not in records; `correlation.py` takes them there
                step = detector.step_of(number)
                pairs[selection.source.id].append((detector, selection.clauses, step))
    return {source.id: Plan(source, pairs[source.id]) for source in sources}
