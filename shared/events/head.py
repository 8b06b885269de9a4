"""Decoders made for what is asked of a source, so that nothing else of a record is decoded.

From the raw paths that detectors' conditions touch, `HeadDecoder` builds msgspec structs: one pass in C over a body
gives, per record, only the time, the category, the operation, the tenant and those paths. The meaning of a path
is that of `paths.walk`; wherever a record is not shaped as declared, the caller falls back to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import takewhile
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from shared.events._head_tree import Branch, Leading, branch_of, planted, promised_fields
from shared.events.paths import Path, split_path, walk
from shared.events.source_definition import OBJECT, Field, Source

Head = Any
"""A struct made here: attributes time, category, operation, tenant and generated ones; absent values None."""

_category_of = attrgetter("category")
_HEAD = ("time", "category", "operation", "tenant")
_LOWERED = ("resourceid", "operationname", "calleripaddress")
"""Keys of a forwarder that writes all of them in lower case: only the slow path finds values under those. A head
takes nothing under them, so that such a record does not decode to one.
"""

Getter = Callable[[Head], Any]


class Way(NamedTuple):
    """How a head leads to a path: attributes, then parts to walk within a value that is taken whole (a list)."""

    chain: list[str]
    rest: Path


class Place(NamedTuple):
    """Where an object stands in a head: the way to what holds it (None: the head itself), its attribute, its struct."""

    parent: Getter | None
    attribute: str
    branch: Branch


class NotQuick(Exception):  # noqa: N818  # says what it is; never leaves the package
    """A head cannot tell a field: the whole record must."""


class HeadDecoder:
    """How the records of `source` are decoded when `asked` raw paths are wanted.

    decode_record / decode_list / decode_records / decode_capital: body bytes to heads. `getter` makes the function
    that reads asked values; it raises AttributeError where a record is shaped otherwise: `repair` it then, and use
    `slow_getter`. `quick` answers normalised fields from a head alone; `timed`: its time is the event's.
    """

    def __init__(self, source: Source, asked: Iterable[str]) -> None:
        self.source = source
        self.asked = tuple(dict.fromkeys(asked))
        promised = source.contract.types.items() if source.contract else ()
        self._known = frozenset((*self.asked, *(name for name, kind in promised if kind != OBJECT)))
        head = source.head
        self._names: dict[str, str] = {}  # raw top-level name -> attribute of the head
        for attribute, name in zip(
            _HEAD, (head.time, head.category, head.operation, head.tenant), strict=True
        ):
            self._names.setdefault(name, attribute)
        telling = (source.head_contains[0],) if source.head_contains else ()
        tree = planted((*self.asked, *telling), _whole(source))
        self._branches: dict[str, Branch] = {}
        struct: Any = self._head_struct(tree)
        envelope = msgspec.defstruct("Envelope", [("records", list[struct])], gc=False)
        capital = msgspec.defstruct("Envelope", [("Records", list[struct])], gc=False)
        self.decode_record: Callable[[bytes], Head] = msgspec.json.Decoder(struct).decode
        self.decode_list: Callable[[bytes], list[Head]] = msgspec.json.Decoder(list[struct]).decode
        self.decode_records: Callable[[bytes], Any] = msgspec.json.Decoder(envelope).decode
        self.decode_capital: Callable[[bytes], Any] = msgspec.json.Decoder(capital).decode
        self._places = _places(self._branches)
        self._categories = frozenset(source.categories)
        self._telling = self._telling_test()
        self.quick = self._quick_fields()
        self.timed = source.time_paths[0] == (head.time,)

    def _head_struct(self, tree: dict[str, Any]) -> type:
        wanted = {split_path(path) for path in self.asked}
        kinds: dict[str, tuple[Any, Any]] = dict.fromkeys(self._names.values(), (Any, None))
        promised = promised_fields(self.source.contract, tree)
        for number, name in enumerate((*promised, *tree)):
            attribute = self._names.setdefault(name, f"a{number}")
            kinds[attribute] = promised.get(name, (Any, None))
            if tree.get(name):
                branch = self._branches[attribute] = branch_of(tree[name], (name,), wanted)
                kind = branch.node | None if name in promised else branch.node | str | None
                kinds[attribute] = (kind, branch.empty)
        fields = [(attribute, kind, default) for attribute, (kind, default) in kinds.items()]
        rename = {attribute: name for name, attribute in self._names.items()}
        for number, name in enumerate(name for name in _LOWERED if name not in self._names):
            fields.append((f"lowered{number}", None, None))
            rename[f"lowered{number}"] = name
        return msgspec.defstruct("Head", fields, rename=rename, gc=False, kw_only=True)

    def _way(self, path: str) -> Way:
        parts = split_path(path)
        attribute = self._names[parts[0]]
        chain, branch = [attribute], self._branches.get(attribute)
        for position, part in enumerate(parts[1:], 1):
            if branch is None:
                return Way(chain, parts[position:])
            attribute = branch.attributes[part]
            chain.append(attribute)
            branch = branch.branches.get(attribute)
        return Way(chain, ())

    def getter(self, asked: Collection[str]) -> Getter:
        """A function from a head to the value at an asked path; for several paths, to their values as a tuple.

        Where an object stands at the end of a path, its struct is given, which no normaliser makes a text of.
        """
        ways = [self._way(path) for path in asked]
        if not ways:
            return _nothing
        if any(way.rest for way in ways):
            steps = [(attrgetter(".".join(way.chain)), way.rest) for way in ways]
            if len(steps) == 1:
                return partial(_walked, *steps[0])
            return lambda head: tuple(_walked(get, rest, head) for get, rest in steps)
        return attrgetter(*(".".join(way.chain) for way in ways))

    def slow_getter(self, asked: Collection[str]) -> Getter:
        """As `getter`, for heads in which an object on the way is missing; an object at the end counts as missing."""
        ways = [self._way(path) for path in asked]
        if len(ways) == 1:
            return partial(_value_at, ways[0])
        return lambda head: tuple(_value_at(way, head) for way in ways)

    def accepts(self, heads: Collection[Head]) -> bool:
        """Whether every head is a record of this source, so that the guess by the body's first category held."""
        if self._categories:
            try:
                if not self._categories.issuperset(map(_category_of, heads)):
                    return False
            except TypeError:  # a category that is an object
                return False
            return self._telling is None or self._telling(heads)
        if self.source.contract is not None:
            return self.source.contract.keeps(heads)
        return all(self._is_own(head) for head in heads)

    def _is_own(self, head: Head) -> bool:
        if self.source.dynamic:
            return isinstance(head.tenant, str) and head.tenant.startswith("telltale.app/")
        return isinstance(head.category, str) and isinstance(head.operation, str)

    def _telling_test(self) -> Callable[[Collection[Head]], bool] | None:
        if self.source.head_contains is None:
            return None
        path, needle = self.source.head_contains
        way = self._way(path)
        single = len(way.chain) == 1 and not way.rest
        getter: Getter = attrgetter(way.chain[0]) if single else partial(_value_at, way)

        def tells(heads: Collection[Head]) -> bool:
            try:
                found = set(map(getter, heads))  # few, where there are many heads
            except TypeError:  # an object where a text is expected
                return False
            return all(isinstance(value, str) and needle in value.lower() for value in found)

        return tells

    def _quick_fields(self) -> dict[str, Getter]:
        """Normalised names that a head alone can answer; a function raises `NotQuick` where it cannot after all.

        The first path that has a value wins, so the leading paths of a field are enough where one of them has it.
        """
        found: dict[str, Getter] = {}
        for name, declared in self.source.fields.items():
            if isinstance(declared, Field):
                leading = list(takewhile(self._known.__contains__, declared.raw_paths))
                if leading:
                    ways = [self._way(path) for path in leading]
                    found[name] = partial(_quick, ways, declared.normalise)
        return found

    def leading(self, names: Sequence[str]) -> Leading | None:
        """How to read several fields at once; None where one of them needs more than a look at its first path."""
        fields = [self.source.fields.get(name) for name in names]
        chains, normalisers = [], []
        for declared in fields:
            if not isinstance(declared, Field) or declared.raw_paths[0] not in self._known:
                return None
            way = self._way(declared.raw_paths[0])
            if way.rest:
                return None
            chains.append(".".join(way.chain))
            normalisers.append(declared.normalise)
        return Leading(attrgetter(*chains), tuple(normalisers)) if chains else None

    def repair(self, heads: Sequence[Head]) -> bool:
        """Reads objects that were sent as JSON inside a string, and puts an empty one for null.

        Looks at an object of all heads at once, outer ones first. True where all could be read.
        """
        for parent, attribute, branch in self._places:
            parents = list(map(parent, heads)) if parent is not None else heads
            values = list(map(attrgetter(attribute), parents))
            kinds = set(map(type, values))
            if str in kinds or type(None) in kinds:
                for struct, value in zip(parents, values, strict=True):
                    if not _repaired(struct, attribute, value, branch):
                        return False
        return True

    def peek(self, path: str) -> Getter | None:
        """The value at a raw path from a head alone, where it was asked for; `NotQuick` for what is absent."""
        if path not in self._known:
            return None
        return partial(_quick, [self._way(path)], _as_it_stands)


def _as_it_stands(value: Any) -> Any:
    return value


def _whole(source: Source) -> frozenset[str]:
    """The raw paths whose normalisers want an object, so that it must be kept whole."""
    return frozenset(
        path
        for declared in source.fields.values()
        if isinstance(declared, Field) and declared.takes_objects
        for path in declared.raw_paths
    )


def _repaired(struct: Any, attribute: str, value: Any, branch: Branch) -> bool:
    if value is None:
        value = branch.empty
    elif isinstance(value, str):
        if branch.is_wanted:
            return False  # the text itself is asked for, too: only the whole record can tell both
        try:
            value = branch.decode(value)
        except (msgspec.MsgspecError, RecursionError):
            return False
    else:
        return True
    if struct is not branch.empty:
        msgspec.structs.force_setattr(struct, attribute, value)
    return True


def _places(branches: Mapping[str, Branch], chain: str = "") -> list[Place]:
    """Where objects stand in a head, outer ones first."""
    found: list[Place] = []
    for attribute, branch in branches.items():
        found.append(Place(attrgetter(chain) if chain else None, attribute, branch))
        found += _places(branch.branches, f"{chain}.{attribute}" if chain else attribute)
    return found


def _walked(get: Getter, rest: Path, head: Head) -> Any:
    return walk(get(head), rest) if rest else get(head)


def _value_at(way: Way, head: Head) -> Any:
    for attribute in way.chain:
        head = getattr(head, attribute, None)
        if head is None:
            return None
    if isinstance(head, msgspec.Struct):
        return None
    return walk(head, way.rest) if way.rest else head


def _quick(ways: list[Way], normalise: Callable[[Any], Any], head: Head) -> Any:
    for chain, rest in ways:
        value = head
        for attribute in chain:
            if isinstance(value, str):
                raise NotQuick
            value = getattr(value, attribute, None)
            if value is None:
                break
        if value is not None and not isinstance(value, msgspec.Struct):
            known = normalise(walk(value, rest) if rest else value)
            if known is not None:
                return known
    raise NotQuick  # absent, or under another name: the slow path knows


def _nothing(_head: Head) -> None:
    return None
