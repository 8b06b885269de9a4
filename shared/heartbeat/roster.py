"""Keeps a flood of new names from becoming a flood of rows.

Names come from records, so whoever can write records can invent tenants, categories and resources. Each source takes
a limited number of new names an hour; records of further names count in an overflow entity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from operator import attrgetter

from shared.heartbeat.entity import OVERFLOW, Entity, kind_of
from shared.heartbeat.tally import Part

NEW_AN_HOUR = 200
"""New entities of one source and tenant that a hub partition takes in an hour."""
NEW_TENANTS = 5
"""How many times as many a source may have over all tenants, since tenants can be invented as well."""
_MOST_KNOWN = 200_000

Parts = dict[tuple[Entity, int], list[Part]]
Own = Callable[[int], tuple[Iterable[Entity], Iterable[Entity]]]
"""For an hour: entities of which this hub partition has rows in the hour before, and in the hour itself."""


class Roster:
    """The names that one hub partition has taken.

    `own` is asked once a process, so that what was decided before a crash is decided the same when it comes again;
    `watched`, what is known from earlier, only where there seem to be too many new names.
    """

    def __init__(self, own: Own, watched: Iterable[Entity], new_an_hour: int = NEW_AN_HOUR) -> None:
        self._own = own
        self._watched = watched
        self._limit = new_an_hour
        self._known: set[Entity] = set()
        self._fresh: set[Entity] = set()  # taken in this hour
        self._new: Counter[tuple[str, str]] = Counter()
        self._hour = -1
        self._asked = False
        self._began = False

    def admit(self, parts: Parts) -> Parts:
        """The parts, with those of names beyond the limit counted in their overflow entities."""
        if all(entity in self._known for entity, _ in parts):
            return parts
        admitted: Parts = {}
        for (entity, hour), own in parts.items():
            place = (
                entity if self._takes(entity, hour) else overflow_of(entity, self._is_full(entity)),
                hour,
            )
            if place in admitted:
                admitted[place] = _merged(admitted[place], own)
            else:
                admitted[place] = own
        return admitted

    def _takes(self, entity: Entity, hour: int) -> bool:
        if entity in self._known:
            return True
        if not self._began:
            self._begin(hour)
            if entity in self._known:
                return True
        if hour > self._hour:
            self._hour, self._asked = hour, False
            self._new.clear()
            self._fresh.clear()
        if self._beyond(entity) and not self._asked:
            self._ask()
            if entity in self._known:
                return True
        if self._beyond(entity):
            return False
        self._count(entity)
        return True

    def _beyond(self, entity: Entity) -> bool:
        kind = kind_of(entity.source)
        return self._new[kind, entity.tenant] >= self._limit or self._is_full(entity)

    def _is_full(self, entity: Entity) -> bool:
        return self._new[kind_of(entity.source), "*"] >= self._limit * NEW_TENANTS

    def _count(self, entity: Entity) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known = set(self._fresh)
        self._known.add(entity)
        self._fresh.add(entity)
        kind = kind_of(entity.source)
        self._new[kind, entity.tenant] += 1
        self._new[kind, "*"] += 1

    def _begin(self, hour: int) -> None:
        """A process that was just started knows nobody; what the hub partition has counted lately is not new."""
        self._began, self._hour = True, hour
        before, now = (set(found) for found in self._own(hour))
        self._known = before
        for entity in now - before:
            self._count(entity)

    def _ask(self) -> None:
        """What is watched already is not new either, though it may have been quiet for long."""
        self._asked = True
        fresh = self._fresh
        self._known |= set(self._watched)
        self._fresh = set()
        self._new.clear()
        for entity in sorted(fresh - set(self._watched)):
            self._count(entity)


def overflow_of(entity: Entity, all_tenants: bool) -> Entity:
    """Where the names of a source and tenant count once they are too many."""
    if kind_of(entity.source) != entity.source:
        return Entity(f"{kind_of(entity.source)}.{OVERFLOW}", "", "")
    return Entity(entity.source, "" if all_tenants else entity.tenant, OVERFLOW)


def is_overflow(entity: Entity) -> bool:
    """Whether an entity stands for names that were too many."""
    return entity.category == OVERFLOW or entity.source.endswith(f".{OVERFLOW}")


def _merged(one: list[Part], other: list[Part]) -> list[Part]:
    """Parts of two entities as those of one: one part a message, in order."""
    merged: list[Part] = []
    for part in sorted([*one, *other], key=attrgetter("sequence_number")):
        if merged and merged[-1].sequence_number == part.sequence_number:
            merged[-1] = merged[-1].together(part)
        else:
            merged.append(part)
    return merged
