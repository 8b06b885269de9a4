"""What is watched: a kind of telemetry of one tenant, in one category."""

from __future__ import annotations

from typing import NamedTuple

from shared.events.source import Source

LONGEST_NAME = 120


class Entity(NamedTuple):
    """A telemetry source as a customer has it: source id, tenant (or account) and category; '' where it has none."""

    source: str
    tenant: str
    category: str

    @property
    def name(self) -> str:
        """How people read it: `azure.keyvault AuditEvent (tenant)`."""
        parts = [
            self.source,
            self.category or "",
            f"({self.tenant})" if self.tenant else "",
        ]
        return " ".join(part for part in parts if part)

    def text(self) -> str:
        """The entity as one text, for keys; `from_text` reads it back."""
        return "\x1f".join(self)

    @classmethod
    def from_text(cls, text: str) -> Entity:
        """The entity whose `text()` this is."""
        source, tenant, category = text.split("\x1f")
        return cls(source, tenant, category)


def entity_of(source: Source, tenant: object, category: object) -> Entity:
    """The entity of a record: bounded names, because they come from the record."""
    if source.dynamic:
        return Entity(f"{source.id}.{_name(category) or 'unnamed'}", "", "")
    return Entity(source.id, _name(tenant).lower(), _category(source, _name(category)))


def _category(source: Source, name: str) -> str:
    """The category as the source spells it: senders differ in case."""
    if name in source.categories or not source.categories:
        return name if source.categories else ""
    return next((known for known in source.categories if known.casefold() == name.casefold()), name)


def _name(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(char for char in value[:LONGEST_NAME] if char.isprintable()).strip()
