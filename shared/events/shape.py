"""Decoders made for what is asked of a source, so that nothing else of a record is decoded.

From the raw paths that detectors' conditions touch, `Shape` builds msgspec structs: one pass in C over a body
gives, per record, only the time, the category, the operation, the tenant and those paths. The meaning of a path
is that of `paths.walk`; wherever a record is not shaped as declared, the caller falls back to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from operator import attrgetter
from typing import Any

import msgspec

from shared.events.paths import split_path
from shared.events.source import Field, Source

Head = Any
"""A struct made here: attributes time, category, operation, tenant and generated ones; absent values None."""

Tree = dict[str, Any]

_HEAD = ("time", "category", "operation", "tenant")


class Shape:
    """How the records of `source` are decoded when `asked` raw paths are wanted.

    decode_record / decode_list / decode_records / decode_capital: body bytes to heads. `getter` makes the function
    that reads asked values; it raises AttributeError where a record is shaped otherwise: `repair` it then, and use
    `careful_getter`.
    """

    def __init__(self, source: Source, asked: Collection[str]) -> None:
        self.source = source
        self.asked = tuple(dict.fromkeys(asked))
        tree: Tree = {}
        telling = (source.telling[0],) if source.telling else ()
        for path in (*self.asked, *telling):
            _plant(tree, split_path(path))
        head = source.head
        names = (head.time, head.category, head.operation, head.tenant)
        self._inner: dict[str, Callable[[str], Any]] = {}
        self._names: dict[str, str] = {}  # raw top-level name -> attribute
        for attribute, name in zip(_HEAD, names, strict=True):
            self._names.setdefault(name, attribute)
        struct = self._build_head(tree)
        envelope = msgspec.defstruct("Envelope", [("records", list[struct])], gc=False)  # type: ignore[valid-type]  # built at run time
        capital = msgspec.defstruct("Envelope", [("Records", list[struct])], gc=False)  # type: ignore[valid-type]  # built at run time
        self.decode_record: Callable[[bytes], Head] = msgspec.json.Decoder(struct).decode
        self.decode_list: Callable[[bytes], list[Head]] = msgspec.json.Decoder(list[struct]).decode  # type: ignore[valid-type]  # built at run time
        self.decode_records: Callable[[bytes], Any] = msgspec.json.Decoder(envelope).decode
        self.decode_capital: Callable[[bytes], Any] = msgspec.json.Decoder(capital).decode
        self._categories = frozenset(source.categories)
        self._telling = self._telling_test()
        self.quick = self.quick_fields()
        self.timed = source.time_paths[0] == (head.time,)

    def getter(self, asked: Collection[str]) -> Callable[[Head], Any]:
        """A function from a head to the value at an asked path; for several paths, to their values as a tuple."""
        paths = [self._attribute_path(path) for path in asked]
        return attrgetter(*paths) if paths else _nothing

    def careful_getter(self, asked: Collection[str]) -> Callable[[Head], Any]:
        """As `getter`, for heads in which an object on the way is missing."""
        chains = [self._attribute_path(path).split(".") for path in asked]
        if len(chains) == 1:
            (only,) = chains
            return lambda head: _chained(head, only)
        return lambda head: tuple(_chained(head, chain) for chain in chains)

    def _telling_test(self) -> Callable[[Head], bool] | None:
        if self.source.telling is None:
            return None
        path, needle = self.source.telling
        getter = self.careful_getter((path,))

        def tells(head: Head) -> bool:
            value = getter(head)
            return isinstance(value, str) and needle in value.lower()

        return tells

    def accepts(self, heads: Collection[Head]) -> bool:
        """Whether every head is a record of this source, so that the guess by the body's first category held."""
        if self._categories:
            known = self._categories
            if not all(head.category in known for head in heads):
                return False
            telling = self._telling
            return telling is None or all(telling(head) for head in heads)
        return all(self._is_own(head) for head in heads)

    def _is_own(self, head: Head) -> bool:
        if self.source.dynamic:
            return isinstance(head.tenant, str) and head.tenant.startswith("telltale.app/")
        return isinstance(head.category, str) and isinstance(head.operation, str)

    def _build_head(self, tree: Tree) -> type:
        fields: list[Any] = []
        rename: dict[str, str] = {}
        for name, attribute in self._names.items():
            fields.append((attribute, Any, None))
            rename[attribute] = name
        for number, (name, below) in enumerate(tree.items()):
            if name in self._names:
                continue
            attribute = f"a{number}"
            self._names[name] = attribute
            rename[attribute] = name
            if below:
                node = _node(below)
                self._inner[attribute] = msgspec.json.Decoder(node).decode
                fields.append((attribute, node | str | None, None))
            else:
                fields.append((attribute, Any, None))
        return msgspec.defstruct("Head", fields, rename=rename, gc=False)

    def _attribute_path(self, path: str) -> str:
        parts = _cut(split_path(path))
        return ".".join([self._names[parts[0]], *(_encoded(part) for part in parts[1:])])

    def quick_fields(self) -> dict[str, Callable[[Head], Any]]:
        """Normalised names that a head alone can answer; a function raises `NotQuick` where it cannot after all."""
        planted = set(self.asked)
        found: dict[str, Callable[[Head], Any]] = {}
        for name, declared in self.source.fields.items():
            if isinstance(declared, Field) and planted.issuperset(declared.raw_paths):
                chains = [self._attribute_path(path).split(".") for path in declared.raw_paths]
                found[name] = partial(_quick, chains, declared.normalise)
        return found

    def repair(self, head: Head) -> bool:
        """Read objects that were sent as JSON inside a string; True where all of them could be read."""
        for attribute, decode in self._inner.items():
            value = getattr(head, attribute)
            if isinstance(value, str):
                try:
                    setattr(head, attribute, decode(value))
                except (msgspec.MsgspecError, RecursionError):
                    return False
        return True


def _cut(parts: tuple[str, ...]) -> tuple[str, ...]:
    """A path up to its first list index: lists are taken whole."""
    for position, part in enumerate(parts):
        if part.isdigit():
            return parts[:position]
    return parts


def _plant(tree: Tree, parts: tuple[str, ...]) -> None:
    parts = _cut(parts)
    for part in parts[:-1]:
        known = tree.get(part)
        if known is None and part in tree:
            return  # already asked as a whole
        tree = tree.setdefault(part, {})
    tree[parts[-1]] = None


def _encoded(name: str) -> str:
    """A raw key as an attribute name."""
    return "k_" + "".join(char if char.isalnum() and char.isascii() else f"_{ord(char):x}_" for char in name)


def _node(tree: Tree) -> Any:
    fields: list[Any] = []
    rename: dict[str, str] = {}
    for name, below in tree.items():
        attribute = _encoded(name)
        rename[attribute] = name
        fields.append((attribute, (_node(below) | None) if below else Any, None))
    return msgspec.defstruct("Node", fields, rename=rename, gc=False)


def _chained(head: Head, chain: list[str]) -> Any:
    for attribute in chain:
        head = getattr(head, attribute, None)
        if head is None:
            return None
    return head


class NotQuick(Exception):  # noqa: N818  # says what it is; never leaves the package
    """A head has something else than declared on the way to a field: the whole record must tell."""


def _quick(chains: list[list[str]], normalise: Callable[[Any], Any], head: Head) -> Any:
    for chain in chains:
        value = head
        for attribute in chain:
            if isinstance(value, str):
                raise NotQuick
            value = getattr(value, attribute, None)
            if value is None:
                break
        if value is not None:
            known = normalise(value)
            if known is not None:
                return known
    raise NotQuick  # absent, or under another name: the careful way knows


def _nothing(head: Head) -> None:
    return None
