"""What a telemetry source is: how its records are recognised and where its fields stand.

One file per source in `shared.events.sources` holds one or more `Source` objects; `registry.py` collects them.
A source is callable: `entra_audit(operation=["Add member to role"])` selects records for a detector's `on=`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from shared.base.errors import DeclarationError
from shared.events.conditions import Clause, clause_of
from shared.events.paths import Path, Record, as_text, split_path

Normalise = Callable[[Any], Any]
Load = Callable[[], Record]
"""Makes a record when it is asked for."""


class Field:
    """Where a normalised field stands in the raw record: the first of `paths` that has a value.

    `normalise` turns the raw value into the field's (default: text); it gives None for what is no value, and
    is a pure function, because dispatch remembers its result by the raw value. `takes_objects`: it makes something
    of objects too; others give None for them.
    """

    __slots__ = ("normalise", "paths", "problem", "raw_paths", "takes_objects")

    def __init__(self, *paths: str, normalise: Normalise = as_text, takes_objects: bool = False) -> None:
        self.raw_paths: tuple[str, ...] = paths
        self.problem: str | None = None  # raised by the source, which knows its name
        try:
            self.paths: tuple[Path, ...] = tuple(split_path(path) for path in paths)
        except ValueError as error:
            self.paths, self.problem = (), str(error)
        self.normalise = normalise
        self.takes_objects = takes_objects


class Constant:
    """A field that is the same for every record of a source."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value = value


@dataclass(frozen=True, slots=True)
class HeadPaths:
    """The raw top-level names of what every record is asked for: time, category, operation and tenant."""

    time: str = "time"
    category: str = "category"
    operation: str = "operationName"
    tenant: str = "tenantId"


OBJECT: Final[Any] = dict[str, Any] | None
"""The type of a contract's fields that hold an object, or nothing."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What the senders of a source have promised; a record that breaks it is no event, but a problem.

    types: raw top-level names with the type in which msgspec decodes them. required: those that must stand there.
    keeps: whether heads of these types keep the rest. violation: why a record breaks the contract, None where it
    does not; the authority, of which the others are the fast form.
    """

    types: Mapping[str, Any]
    required: Collection[str]
    keeps: Callable[[Collection[Any]], bool]
    violation: Callable[[Record], str | None]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A kind of telemetry.

    id: `vendor.product.stream`. categories: values of the record's category that this source claims (compared without
    case). recognise: tells its records from others of the same category; it is also asked about records without such
    a category that have one of the top-level keys in `recognising_keys` (a source with neither categories nor
    recognising_keys: about all). times: paths of the event time, first value that parses wins. fields: normalised
    name -> Field. expand: makers of the events that one record holds, for logs that pack many into one.
    data_components: ATT&CK data components it feeds. usual_gap: the longest pause that is ordinary for it, for
    heartbeats; None where records come only when something happens. contract: what its records must be, where their
    senders have promised it.
    """

    id: str
    title: str
    fields: Mapping[str, Field | Constant]
    categories: tuple[str, ...] = ()
    recognise: Callable[[Record], bool] | None = None
    recognising_keys: tuple[str, ...] = ()
    times: tuple[str, ...] = ("time",)
    head: HeadPaths = HeadPaths()
    head_contains: tuple[str, str] | None = (
        None  # a raw path and the text in it that tells this source from namesakes
    )
    category_of: Callable[[Record], str | None] | None = None
    expand: Callable[[Record], Iterator[Load]] | None = None
    data_components: tuple[str, ...] = ()
    log_sources: tuple[str, ...] = ()
    usual_gap: timedelta | None = None
    dynamic: bool = False  # the id of an event is computed from its record (`app.<name>`)
    contract: Contract | None = None
    time_paths: tuple[Path, ...] = field(init=False)

    def __post_init__(self) -> None:
        try:
            times = tuple(split_path(path) for path in self.times)
            if self.head_contains is not None:
                split_path(self.head_contains[0])
        except ValueError as error:
            raise DeclarationError(f"source {self.id}: {error}") from None
        object.__setattr__(self, "time_paths", times)

    def __call__(self, *, where: Mapping[str, Any] | None = None, **conditions: Any) -> Selection:
        """The records of this source that satisfy every condition.

        `conditions` are normalised fields, `where` also takes raw paths (`{"properties.riskState": "atRisk"}`).
        A value is a scalar, a collection (any of them), or a matcher (`prefix`, `contains`, `present`, ...).
        """
        return Selection(self, clauses_of(self, conditions, where or {}))

    def has_field(self, name: str) -> bool:
        """Whether `name` is a normalised field of this source."""
        return name in self.fields or name == "category"

    def raw_paths(self, name: str) -> tuple[str, ...]:
        """The raw paths that the value of field (or raw path) `name` depends on."""
        if name == "category":
            return (self.head.category,)
        declared = self.fields.get(name)
        if declared is None:
            return (name,)
        return declared.raw_paths if isinstance(declared, Field) else ()


@dataclass(frozen=True, slots=True)
class Selection:
    """Records of `source` that satisfy every clause; `on=` of a detector takes one or a list of them."""

    source: Source
    clauses: tuple[Clause, ...]


def clauses_of(
    source: Source, conditions: Mapping[str, Any], raw: Mapping[str, Any] | None = None
) -> tuple[Clause, ...]:
    """Conditions as clauses, refused with one clear message where a field or value cannot be meant.

    Keys of `conditions` are normalised field names, those of `raw` also raw paths; values are a scalar, a collection
    of scalars, or a matcher.
    """
    clauses: list[Clause] = []
    for name, wanted in {**conditions, **(raw or {})}.items():
        if name in conditions and not source.has_field(name):
            known = ", ".join(sorted(source.fields))
            raise DeclarationError(
                f"source {source.id} has no field {name!r}; it has: {known}; a raw path such as "
                f"'properties.{name}' goes into where={{...}}"
            )
        if name not in conditions:
            _check_path(source, name)
        clauses.append(clause_of(source.id, name, wanted))
    return tuple(clauses)


def _check_path(source: Source, path: str) -> None:
    try:
        split_path(path)
    except ValueError as error:
        raise DeclarationError(f"condition on source {source.id}: {error}") from None


def merged(*parts: Mapping[str, Field | Constant]) -> dict[str, Field | Constant]:
    """Field declarations one over the other; later ones win."""
    result: dict[str, Field | Constant] = {}
    for part in parts:
        result.update(part)
    return result


def select(sources: Collection[Source], **conditions: Any) -> list[Selection]:
    """The same conditions on several sources, for `on=`."""
    if not sources:
        raise DeclarationError("select() needs at least one source")
    return [source(**conditions) for source in sources]


__all__ = [
    "OBJECT",
    "Clause",
    "Constant",
    "Contract",
    "Field",
    "HeadPaths",
    "Selection",
    "Source",
    "clauses_of",
    "merged",
    "select",
]
