"""All telemetry sources, and which one claims a record.

Every module of `shared.events.sources` is imported once; its `Source` objects are found by themselves, so that
adding a source touches its own file only. Declarations that cannot work are refused here, at start.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from shared.base.errors import DeclarationError
from shared.events._data_components import DATA_COMPONENTS
from shared.events._log_sources import LOG_SOURCES
from shared.events.paths import Record
from shared.events.source_definition import Field, Source

FALLBACKS = ("azure.resource", "generic.json")
"""Sources that claim what no other source does, in this order."""

_NAMING = frozenset({"eventSource", "schema"})
_MOST_KEYS = 1000
_ID = re.compile(r"[a-z0-9]+(\.[a-z0-9_]+)*")


class Claim(NamedTuple):
    """Whose a record is, and by what: its `category`, a top-level key (`key`) and a look at the record, a
    `look` alone, or as a `fallback`, because no other source claims it.
    """

    source: Source
    by: str
    value: str = ""


class Registry:
    """Sources by id, by category, and in the order in which they are asked for records without one."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.by_id: dict[str, Source] = {}
        self.by_category: dict[str, list[Source]] = {}
        self._by_key: dict[str, list[Source]] = {}
        self._recognisers: list[Source] = []
        self._others: tuple[Source, ...] = ()
        self.fallbacks: list[Source] = []
        for source in sources:
            self._add(source)
        self._others = (*self._recognisers, *self.fallbacks)
        self._keys = frozenset(self._by_key)

    def _add(self, source: Source) -> None:
        check_source(source)
        if source.id in self.by_id:
            raise DeclarationError(f"source {source.id} is declared twice; every id may stand once")
        self.by_id[source.id] = source
        for category in dict.fromkeys(category.casefold() for category in source.categories):
            sharing = self.by_category.setdefault(category, [])
            sharing.append(source)
            if len(sharing) > 1 and not all(one.recognise and one.head_contains for one in sharing):
                raise DeclarationError(
                    f"category {category!r} is claimed by {sharing[0].id} and {source.id}: sources that share a "
                    "category need recognise= and head_contains="
                )
        if source.recognise is None:
            return
        if source.id in FALLBACKS:
            self.fallbacks.append(source)
        elif not source.recognising_keys and not source.categories:
            self._recognisers.append(source)
        lowered = [key.lower() for key in source.recognising_keys]
        for key in dict.fromkeys((*source.recognising_keys, *lowered)):
            self._by_key.setdefault(key, []).append(source)

    def __iter__(self) -> Iterator[Source]:
        return iter(self.by_id.values())

    def claim(self, record: Record) -> Source | None:
        """The source of a raw record, or None where nothing recognises it."""
        found = self.claim_of(record)
        return None if found is None else found.source

    def claim_of(self, record: Record) -> Claim | None:
        """The source of a raw record, and what it was recognised by."""
        category = record.get("category")
        if category is None and _NAMING.isdisjoint(record):
            category = record.get("Category")
        if isinstance(category, str):
            for source in self.by_category.get(category.casefold(), ()):
                if source.recognise is None or source.recognise(record):
                    return Claim(source, "category", category)
        keys = self._keys.intersection(record)
        for key in sorted(keys, key=_rank) if len(keys) > 1 else keys:
            for source in self._by_key[key]:
                if source.recognise is not None and source.recognise(record):
                    return Claim(source, "key", key)
        for source in self._others:
            if source.recognise is not None and source.recognise(record):
                return Claim(source, "fallback" if source.id in FALLBACKS else "look")
        return None


def _rank(name: str) -> tuple[bool, str]:
    """The order in which keys are looked at: first those that name their records as a category does."""
    return name not in _NAMING, name


def reason_unclaimed(record: Record) -> str:
    """Why no source claims `record`, for its dead letter."""
    filled = {name for name, value in islice(record.items(), _MOST_KEYS) if value not in (None, "", [], {})}
    if not filled:
        return "record is empty"
    if filled <= {"status", "Status", "log_status", "log-status", "statusCode", "status_code", "result"}:
        return "record holds a status and nothing else: neither time nor operation, and no one it is about"
    return "no source recognises this record: it names neither time nor operation nor anyone"


def check_source(source: Source) -> None:
    """Refuses a source that cannot work; names it and the reason."""
    from shared.events.event import NAMES

    if not _ID.fullmatch(source.id):
        raise DeclarationError(f"source id {source.id!r}: write vendor.product.stream in lower case")
    for name, declared in source.fields.items():
        if name not in NAMES:
            raise DeclarationError(
                f"source {source.id} declares {name!r}, which is no normalised name of an event"
            )
        if isinstance(declared, Field) and declared.problem:
            raise DeclarationError(f"source {source.id}: field {name}: {declared.problem}")
        if isinstance(declared, Field) and not declared.paths:
            raise DeclarationError(f"source {source.id}: field {name} has no path")
    for names, known, what in (
        (source.data_components, DATA_COMPONENTS, "data component"),
        (source.log_sources, LOG_SOURCES, "log source"),
    ):
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise DeclarationError(
                    f"source {source.id}: {name!r} is no {what} of ATT&CK for cloud platforms{hint}"
                )
    if not source.categories and source.recognise is None:
        raise DeclarationError(f"source {source.id} claims no category and recognises nothing")


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The project's sources, checked."""
    package = importlib.import_module("shared.events.sources")
    sources: list[Source] = []
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        content = importlib.import_module(f"shared.events.sources.{module.name}")
        found = [value for value in vars(content).values() if isinstance(value, Source)]
        sources += [source for source in found if source not in sources]
    return Registry(sources)
