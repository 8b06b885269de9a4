"""Structs for the objects inside a record: the asked paths as a tree, and a msgspec struct for every branch.

Used by `head.py` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from shared.events.paths import Path, split_path
from shared.events.source_definition import OBJECT, Contract

Tree = dict[str, Any]
"""Raw key to the tree below it; an empty tree is a value that is wanted as it stands."""


@dataclass(slots=True)
class Branch:
    """An object of which some keys are wanted: its struct, one with nothing in it, a decoder, attributes by key, and
    the objects below. Structs are compared by identity: where a text is expected, a struct is simply no text.
    `is_wanted`: what stands here is also wanted itself, should it be a text.
    """

    node: Any
    empty: Any
    decode: Callable[[str], Any]
    attributes: dict[str, str]
    branches: dict[str, Branch]
    is_wanted: bool


class Leading(NamedTuple):
    """The raw values at the first paths of some fields, and what makes values of them.

    get: one raw value, or a tuple of them where there are several fields; it raises AttributeError where an object on
    the way is missing. Where each raw value has a value, those are the fields'; else other paths decide, too.
    """

    get: Callable[[Any], Any]
    normalisers: tuple[Callable[[Any], Any], ...]


def planted(paths: Iterable[str], whole: Collection[str]) -> Tree:
    """The paths as a tree. Below a path of `whole`, and below a list, nothing is taken apart."""
    tree: Tree = {}
    stops = {split_path(path) for path in whole}
    for path in paths:
        node = tree
        for part in _cut(split_path(path), stops):
            node = node.setdefault(part, {})
    for stop in stops:
        _prune(tree, stop)
    return tree


def _cut(parts: Path, stops: set[Path]) -> Path:
    """A path up to its first list index, or to the object that is kept whole."""
    for position, part in enumerate(parts):
        if part.isdigit():
            return parts[:position]
        if parts[: position + 1] in stops:
            return parts[: position + 1]
    return parts


def _prune(tree: Tree, stop: Path) -> None:
    node = tree
    for part in stop:
        if part not in node:
            return
        node = node[part]
    node.clear()


def branch_of(tree: Tree, path: Path, wanted: Collection[Path]) -> Branch:
    """The struct of an object, every key that is itself an object nested or inside a string."""
    fields: list[Any] = []
    rename: dict[str, str] = {}
    attributes: dict[str, str] = {}
    branches: dict[str, Branch] = {}
    for number, (name, below) in enumerate(tree.items()):
        attribute = f"k{number}"
        attributes[name] = attribute
        rename[attribute] = name
        if below:
            branches[attribute] = branch_of(below, (*path, name), wanted)
            fields.append((attribute, branches[attribute].node | str | None, branches[attribute].empty))
        else:
            fields.append((attribute, Any, None))
    node = msgspec.defstruct("Node", fields, rename=rename, gc=False, frozen=True, eq=False)
    return Branch(node, node(), msgspec.json.Decoder(node).decode, attributes, branches, path in wanted)


class _Unread(msgspec.Struct, gc=False, frozen=True):
    """An object of which nothing is decoded."""


def promised_fields(contract: Contract | None, asked: Collection[str]) -> dict[str, tuple[Any, Any]]:
    """Type and default of the top-level fields that a contract declares, by name.

    Of an object of which nothing is `asked`, it is only seen that it is one.
    """
    if contract is None:
        return {}
    return {
        name: (
            _Unread | None if kind == OBJECT and name not in asked else kind,
            msgspec.NODEFAULT if name in contract.required else None,
        )
        for name, kind in contract.types.items()
    }
