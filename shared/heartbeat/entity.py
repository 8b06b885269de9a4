"""What is watched: a kind of telemetry of one tenant, in one category, and where it matters in one dimension."""

from __future__ import annotations

from typing import NamedTuple

from shared.events.source_definition import Source

LONGEST_NAME = 120
LONGEST_DIMENSION = 240
"""A resource id with long names in it has some 200 characters."""
OVERFLOW = "(overflow)"
"""Stands for the names of a source that came too many at once (`roster.py`)."""
VIRTUAL = "virtual"
"""The source of what a customer declares to watch over several sources together; its category is the given name."""
OWN = "telltale."
"""Begins the ids of what the collector sends itself, as canaries: shown, and judged by `shared.upkeep.canary`."""
UNREADABLE = "unreadable"
"""The source of bodies that cannot be read and do not say what they are."""


class Entity(NamedTuple):
    """A telemetry source as a customer has it.

    source: its id. tenant: tenant or account; category; dimension: a subscription, application, resource or account
    where the source is watched by one. '' where it has none.
    """

    source: str
    tenant: str
    category: str
    dimension: str = ""

    @property
    def name(self) -> str:
        """How people read it: `azure.keyvault AuditEvent (tenant)`."""
        inner = ", ".join(part for part in (self.tenant, self.dimension) if part)
        return " ".join(part for part in (self.source, self.category, f"({inner})" if inner else "") if part)

    def text(self) -> str:
        """The entity as one text, for keys; `from_text` reads it back."""
        return "\x1f".join(self if self.dimension else self[:3])

    @classmethod
    def from_text(cls, text: str) -> Entity:
        """The entity whose `text()` this is; raises ValueError where it is none."""
        parts = text.split("\x1f")
        if not 3 <= len(parts) <= 4:
            raise ValueError(f"{text[:80]!r} names no entity")
        return cls(*parts)


def entity_of(source: Source, tenant: object, category: object, dimension: object = "") -> Entity:
    """The entity of a record: bounded names, because they come from the record."""
    if source.dynamic:
        return Entity(f"{source.id}.{_name(category) or 'unnamed'}", "", "")
    return Entity(
        source.id,
        _name(tenant).lower(),
        _category(source, _name(category)),
        _name(dimension, LONGEST_DIMENSION).lower(),
    )


def kind_of(source: str) -> str:
    """The id under which a source is registered: applications are all `app`."""
    return "app" if source.startswith("app.") else source


def _category(source: Source, name: str) -> str:
    """The category as the source spells it: senders differ in case."""
    if name in source.categories or not source.categories:
        return name if source.categories else ""
    return next((known for known in source.categories if known.casefold() == name.casefold()), name)


def _name(value: object, longest: int = LONGEST_NAME) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(char for char in value[:longest] if char.isprintable()).strip()
