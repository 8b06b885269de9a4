"""Dimensions: what splits a source besides tenant and category, where a customer declares it.

By default a source is one entity per tenant and category. A declared dimension adds one field to the head of each
record of that source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.events.event import Event
from shared.events.head import Head, NotQuick
from shared.events.message import Origin
from shared.events.reading.decoder import Group
from shared.events.registry import Registry

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "subscription": ("subscription_id",),
    "app": ("app_id", "app_name"),
    "resource": ("resource_id",),
    "account": ("account_id",),
}
"""The normalised fields that tell each dimension; the first that has a value."""


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Which dimension each source is watched by: source id -> one of `FIELDS`."""

    by_source: Mapping[str, str]

    def asked(self, registry: Registry) -> dict[str, list[str]]:
        """The raw paths that heads must hold for it, by source."""
        found: dict[str, list[str]] = {}
        for source_id, name in self.by_source.items():
            source = registry.by_id.get(source_id)
            if source is not None:
                paths = [
                    path
                    for field in FIELDS[name]
                    if field in source.fields
                    for path in source.raw_paths(field)
                ]
                found[source_id] = [
                    path for path in paths if not any(part.isdigit() for part in path.split("."))
                ]
        return found

    def of_heads(self, group: Group, origin: Origin) -> Callable[[int], str] | None:
        """From a position in the group to the value of its source's dimension; None where it has none."""
        name = self.by_source.get(group.head_decoder.source.id)
        if name is None:
            return None
        quick = group.head_decoder.quick
        getters = [quick[field] for field in FIELDS[name] if field in quick]

        def value(position: int) -> str:
            head: Head = group.heads[position]
            for getter in getters:
                try:
                    return str(getter(head))
                except NotQuick:
                    continue
            index = group.indexes[position]
            event = Event(group.head_decoder.source, lambda: group.load(index), origin)
            return _first(event, FIELDS[name])

        return value

    def of_event(self, event: Event) -> str:
        """The value of a record of the slow path; '' where its source has no dimension, or the record no value."""
        name = self.by_source.get(event.declaration.id)
        return _first(event, FIELDS[name]) if name is not None else ""


def _first(event: Event, names: Iterable[str]) -> str:
    values: Iterable[Any] = (getattr(event, name) for name in names)
    return next((str(value) for value in values if value), "")


NONE: Final = Dimensions({})
