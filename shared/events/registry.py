"""All telemetry sources, and which one claims a record.

Every module of `shared.events.sources` is imported once; its `Source` objects are found by themselves, so that
adding a source touches its own file only. Declarations that cannot work are refused here, at start.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from shared.errors import DeclarationError
from shared.events.paths import Record
from shared.events.source import Field, Source

_ID = re.compile(r"[a-z0-9]+(\.[a-z0-9_]+)*")


class Registry:
    """Sources by id, by category, and in the order in which they are asked for records without one."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.by_id: dict[str, Source] = {}
        self.by_category: dict[str, Source] = {}
        self._recognisers: list[Source] = []
        self.fallbacks: list[Source] = []
        for source in sources:
            self._add(source)

    def _add(self, source: Source) -> None:
        check_source(source)
        if source.id in self.by_id:
            raise DeclarationError(f"source {source.id} is declared twice; every id may stand once")
        self.by_id[source.id] = source
        for category in source.categories:
            folded = category.casefold()
            if folded in self.by_category:
                other = self.by_category[folded].id
                raise DeclarationError(f"category {category!r} is claimed by both {other} and {source.id}")
            self.by_category[folded] = source
        if source.recognise is not None:
            (self.fallbacks if source.id.startswith("generic") or source.id == "azure.resource"
             else self._recognisers).append(source)

    def __iter__(self) -> Iterator[Source]:
        return iter(self.by_id.values())

    def claim(self, record: Record) -> Source | None:
        """The source of a raw record, or None where nothing recognises it."""
        category = record.get("category")
        if category is None:
            category = record.get("Category")
        if isinstance(category, str):
            source = self.by_category.get(category.casefold())
            if source is not None and (source.recognise is None or source.recognise(record)):
                return source
        for source in self._recognisers:
            if source.recognise is not None and source.recognise(record):
                return source
        for source in self.fallbacks:
            if source.recognise is not None and source.recognise(record):
                return source
        return None


def check_source(source: Source) -> None:
    """Refuses a source that cannot work; names it and the reason."""
    from shared.events.event import NAMES

    if not _ID.fullmatch(source.id):
        raise DeclarationError(f"source id {source.id!r}: write vendor.product.stream in lower case")
    for name, declared in source.fields.items():
        if name not in NAMES:
            raise DeclarationError(f"source {source.id} declares {name!r}, which is no normalised name of an event")
        if isinstance(declared, Field) and not declared.paths:
            raise DeclarationError(f"source {source.id}: field {name} has no path")
    if not source.categories and source.recognise is None:
        raise DeclarationError(f"source {source.id} claims no category and recognises nothing")


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The project's sources, checked."""
    package = importlib.import_module("shared.events.sources")
    sources: list[Source] = []
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        content = importlib.import_module(f"shared.events.sources.{module.name}")
        sources += [value for value in vars(content).values() if isinstance(value, Source)
                    and getattr(value, "id", None) not in {source.id for source in sources}]
    return Registry(sources)
