"""Who speaks in the heads of a group: the entity of each, looked up in C where it is known.

What tells the entities of a source apart in its heads is remembered within bounds. Used by `tally.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from shared.events.head import Head
from shared.events.source_definition import Source
from shared.heartbeat.entity import LONGEST_NAME, entity_of

_tenant_and_category = attrgetter("tenant", "category")
_category_of = attrgetter("category")
_tenant_of = attrgetter("tenant")

_MOST_REMEMBERED = 20_000
_known: dict[str, dict[Any, Speaker]] = {}


class Speaker:
    """An entity by what its heads say; heads that say the same share one in a group, so identity compares them."""

    __slots__ = ("entity",)

    def __init__(self, source: Source, said: Any) -> None:
        if source.dynamic:
            self.entity = entity_of(source, None, said)
        else:
            self.entity = entity_of(source, *(said if source.categories else (said, None)))


def speakers_of(source: Source, heads: Sequence[Head]) -> list[Speaker]:
    """Who speaks in each head: what tells the entities of a source apart is looked up in C where it is known."""
    who: Callable[[Head], Any] = _tenant_and_category if source.categories else _tenant_of
    if source.dynamic:
        who = _category_of
    known = _known.setdefault(source.id, {})
    try:
        found = list(map(known.get, map(who, heads)))
    except TypeError:  # a tenant that is an object
        who = _hashable(who)
        found = list(map(known.get, map(who, heads)))
    if None not in found:
        return found  # type: ignore[return-value]
    if sum(map(len, list(_known.values()))) + len(heads) > _MOST_REMEMBERED:
        _known.clear()
    fresh: dict[Any, Speaker] = {}
    for place, said in enumerate(map(who, heads)):
        speaker = found[place] or fresh.get(said)
        if speaker is None:
            speaker = fresh[said] = Speaker(source, said)
            if len(str(said)) <= 4 * LONGEST_NAME:
                _known.setdefault(source.id, {})[said] = speaker
        found[place] = speaker
    return found  # type: ignore[return-value]


def _hashable(who: Callable[[Head], Any]) -> Callable[[Head], Any]:
    """As `who`, with None for what is no text."""

    def text(value: Any) -> str | None:
        return value if isinstance(value, str) else None

    def dimension_in(head: Head) -> Any:
        found = who(head)
        return tuple(map(text, found)) if isinstance(found, tuple) else text(found)

    return dimension_in
