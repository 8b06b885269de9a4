"""Why an event is as it is: what its source was recognised by, and from where in the record each field came.

Pure; used by `telltale decode --explain`. It follows the same declarations and the same walk as the
event itself, one path after the other, and tests hold both to the same values.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple

from shared.events.event import Event
from shared.events.lenient_json import loads_lenient
from shared.events.paths import Path, Record, walk
from shared.events.registry import Claim, Registry
from shared.events.source_definition import Constant, Field
from shared.events.times import parse_time

IN_TEXT: Final = "(text)"
"""Stands in a path behind what is a text that holds JSON."""

_MOST_SEARCHED = 2_000
_DEEPEST = 8


class Attempt(NamedTuple):
    """A declared path that was tried: where it leads by the record's own spelling, and what stands there (or None).

    The path '' is a search of the whole record.
    """

    path: str
    place: str
    raw: Any


@dataclass(frozen=True, slots=True)
class FieldStory:
    """A normalised field: its value (None: not found), the attempt that gave it, and those before that gave nothing.

    `came_from` is None for what is the same in every record of the source, and where nothing was found.
    """

    name: str
    value: Any
    came_from: Attempt | None
    tried: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known about an event. `claim` is None for an event that is part of a larger record."""

    claim: Claim | None
    time: FieldStory
    fields: tuple[FieldStory, ...]

    @property
    def found(self) -> list[FieldStory]:
        """Fields that have a value."""
        return [story for story in self.fields if story.value is not None]

    @property
    def missing(self) -> list[FieldStory]:
        """Fields that the source declares and the record does not have."""
        return [story for story in self.fields if story.value is None]


def explain(event: Event, registry: Registry) -> Explanation:
    """What `event` came from; reads the whole record."""
    source, record = event.declaration, event.record
    claim = registry.claim_of(record)
    names = dict(zip(source.time_paths, source.times, strict=True))
    return Explanation(
        claim if claim is not None and claim.source is source else None,
        _story("time", record, names, parse_time),
        tuple(_field_story(name, declared, record) for name, declared in source.fields.items()),
    )


def _field_story(name: str, declared: Field | Constant, record: Record) -> FieldStory:
    if isinstance(declared, Constant):
        return FieldStory(name, declared.value, None)
    names = dict(zip(declared.paths, (*declared.raw_paths, ""), strict=False))
    return _story(name, record, names, declared.normalise)


def _story(name: str, record: Record, paths: dict[Path, str], normalise: Callable[[Any], Any]) -> FieldStory:
    tried: list[Attempt] = []
    for parts, path in paths.items():
        raw, place = trace(record, parts)
        value = None if raw is None else normalise(raw)
        if value is not None:
            attempt = (
                Attempt(path, place, raw) if parts else Attempt("", place_of(record, value, normalise), value)
            )
            return FieldStory(name, value, attempt, tuple(tried))
        tried.append(Attempt(path, place, raw if parts else None))
    return FieldStory(name, None, None, tuple(tried))


def trace(record: Any, path: Path) -> tuple[Any, str]:
    """As `paths.walk`, and the path as the record spells it: keys in its own case, `(text)` behind JSON in a text.

    Where nothing stands at the path, None and the path as far as there is something.
    """
    value, place = record, ""
    for part in path:
        found = walk(value, (part,))
        if found is None:
            return None, place
        inner = loads_lenient(value) if isinstance(value, str) else value
        key = part
        if isinstance(inner, dict) and part not in inner:
            key = next(key for key in inner if key.lower() == part.lower())
        place = joined(place + (IN_TEXT if isinstance(value, str) else ""), key)
        value = found
    return value, place


def joined(place: str, key: str) -> str:
    """A path and one more part, in the notation of paths."""
    part = f"[{key}]" if "." in key or key.startswith("[") or not key else key
    return f"{place}.{part}" if place else part


def place_of(record: Record, value: Any, normalise: Callable[[Any], Any]) -> str:
    """Where in the whole record a value stands that was found by a search; '' where nobody can say."""
    queue: deque[tuple[str, Any, int]] = deque([("", record, 0)])
    searched, first = 0, ""
    while queue and searched < _MOST_SEARCHED:
        place, item, depth = queue.popleft()
        searched += 1
        if item is value:
            return place
        if isinstance(item, str) and item[:1] in ("{", "["):
            item, place = loads_lenient(item) or item, place + IN_TEXT
        if isinstance(item, dict | list):
            inner = item.items() if isinstance(item, dict) else enumerate(item)
            if depth < _DEEPEST:
                queue += [
                    (joined(place, str(key)), below, depth + 1)
                    for key, below in islice(inner, _MOST_SEARCHED)
                ]
        elif not first and normalise(item) == value:
            first = place
    return first
