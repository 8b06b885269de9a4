"""Three columns, compared: what is expected, what is configured, what arrives. Pure functions.

Every difference is a finding of its own, with the command that repairs it (`_repair_command.py`).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ENTRA = "/providers/microsoft.aadiam"
"""Stands for the Entra tenant where a resource id is expected."""

ARRIVES_WITHIN = timedelta(hours=24)
"""What is configured should have said something in this time; many categories say nothing for hours."""


Hubs = frozenset[tuple[str, str]]


class Lack(enum.StrEnum):
    """What a difference is."""

    NOT_CONFIGURED = "not_configured"
    """Expected, and no setting sends it to an event hub."""
    ELSEWHERE = "elsewhere"
    """Configured, but to a workspace, a storage account or another hub only: the collector does not see it."""
    NOT_ARRIVING = "not_arriving"
    """Expected and configured, yet nothing of it has arrived."""
    SHORT_LIVED = "short_lived"
    """A table keeps its rows for less time than expected."""
    NOT_READABLE = "not_readable"
    """A part that could not be compared, with the reason."""
    NOT_EXPECTED = "not_expected"
    """Arrives or is configured, and nobody declared it: to be declared, or turned off. Never an alert."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """Categories that resources of a type (lower case; `ENTRA` for the tenant) must log; `match` begins their ids.

    kind, not_kind: what the kind of a resource contains, and what it does not (lower case; '' asks nothing).
    """

    resource_type: str
    categories: tuple[str, ...]
    match: str = ""
    kind: str = ""
    not_kind: str = ""

    def is_of(self, resource: Resource) -> bool:
        """Whether it is about a resource."""
        return (
            self.resource_type == resource.type
            and resource.id.lower().startswith(self.match.lower())
            and self.kind in resource.kind
            and not (self.not_kind and self.not_kind in resource.kind)
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """A diagnostic setting: enabled categories and groups (folded), and the hub it sends to ('' where to none).

    other: where else it sends, in words. Without the name of a hub, Azure makes one for each category in the namespace.
    """

    name: str
    categories: frozenset[str]
    groups: frozenset[str]
    hub: str = ""
    namespace: str = ""
    other: str = ""

    def covers(self, category: str, groups: Iterable[str]) -> bool:
        """Whether it sends a category, by name or as part of one of its groups."""
        return category.casefold() in self.categories or not self.groups.isdisjoint(groups)


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource and its settings; None where they could not be read. kind: its own, in lower case."""

    id: str
    type: str
    settings: tuple[Setting, ...] | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What has arrived: categories (folded) with their newest record, and the same for each resource that is known."""

    categories: Mapping[str, datetime]
    resources: Mapping[tuple[str, str], datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be. subject: resource id, table or part; category: '' where it has none."""

    lack: Lack
    subject: str
    category: str
    resource_type: str
    detail: str
    days: int = 0
    """Of retention, where it is about that."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it this difference and no other."""
        return self.lack.value, self.subject.lower(), self.category.casefold()


def compared(
    expected: Sequence[Expectation],
    resources: Iterable[Resource],
    seen: Seen,
    hubs: Hubs,
    now: datetime,
    rare: Set[str] = frozenset(),
) -> list[Difference]:
    """Every difference between the three columns. `hubs`: the collector's own, as (namespace, hub), folded.

    rare: categories (folded) that may say nothing for days, so that their arrival is not judged.
    """
    found: list[Difference] = []
    configured: set[str] = set()
    silent: dict[tuple[str, str], list[str]] = {}
    for resource in resources:
        wanted = _wanted(expected, resource)
        for setting in resource.settings or ():
            if _is_own(setting, hubs):
                configured |= setting.categories
        if not wanted or resource.settings is None:
            continue
        for category in wanted:
            lack = _configuration(resource, category, hubs)
            if lack is not None:
                found.append(lack)
            elif category.casefold() not in rare and not _arrives(resource, category, seen, now):
                silent.setdefault((resource.type, category), []).append(resource.id)
    for (resource_type, category), ids in silent.items():
        newest = seen.categories.get(category.casefold())
        since = f"nothing since {newest:%Y-%m-%d %H:%M} UTC" if newest else "nothing has ever come"
        some = f"{len(ids)} resources" if len(ids) > 1 else ids[0]
        found.append(
            Difference(
                Lack.NOT_ARRIVING, resource_type, category, resource_type, f"configured on {some}; {since}"
            )
        )
    found += _unexpected(expected, seen, configured)
    return found


def retention(
    wanted: Iterable[tuple[str, str, int]], tables: Mapping[tuple[str, str], int | None]
) -> list[Difference]:
    """Tables (workspace id, name, days expected) that keep less; `tables` has days by folded workspace and name."""
    found = []
    for workspace, name, days in wanted:
        kept = tables.get((workspace.casefold(), name.casefold()))
        if kept is None:
            detail = f"the workspace has no table {name}; its rows would be kept {days} days"
            found.append(
                Difference(Lack.SHORT_LIVED, f"{workspace}/tables/{name}", "", "table", detail, days)
            )
        elif kept < days:
            detail = f"keeps {kept} days, {days} are expected"
            found.append(
                Difference(Lack.SHORT_LIVED, f"{workspace}/tables/{name}", "", "table", detail, days)
            )
    return found


def _wanted(expected: Iterable[Expectation], resource: Resource) -> list[str]:
    found: dict[str, str] = {}
    for one in expected:
        if one.is_of(resource):
            for category in one.categories:
                found.setdefault(category.casefold(), category)
    return list(found.values())


GROUPS = {"alllogs": "alllogs", "audit": "audit"}
"""Groups that may be expected by name as if they were categories."""


def _configuration(resource: Resource, category: str, hubs: Hubs) -> Difference | None:
    folded = category.casefold()
    groups = (
        {"alllogs", folded}
        if folded in GROUPS
        else {"alllogs", "audit"}
        if "audit" in folded
        else {"alllogs"}
    )
    sending = [setting for setting in resource.settings or () if setting.covers(category, groups)]
    if any(_is_own(setting, hubs) for setting in sending):
        return None
    if sending:
        where = ", ".join(sorted({_destination(setting) for setting in sending}))
        detail = f"goes to {where} only (setting {', '.join(sorted(one.name for one in sending))})"
        return Difference(Lack.ELSEWHERE, resource.id, category, resource.type, detail)
    names = sorted(one.name for one in resource.settings or ())
    detail = (
        f"no setting has it on (there are {', '.join(names)})" if names else "it has no diagnostic setting"
    )
    return Difference(Lack.NOT_CONFIGURED, resource.id, category, resource.type, detail)


def _destination(setting: Setting) -> str:
    if setting.hub:
        return f"hub {setting.hub} of {setting.namespace}"
    if setting.namespace:
        return f"a hub for each category in {setting.namespace}"
    return setting.other or "nowhere"


def _is_own(setting: Setting, hubs: Hubs) -> bool:
    return (setting.namespace.casefold(), setting.hub.casefold()) in hubs


def _arrives(resource: Resource, category: str, seen: Seen, now: datetime) -> bool:
    folded = category.casefold()
    if folded in GROUPS:
        return True  # which categories a group has is not known here; each has its own heartbeat
    known = seen.resources.get((folded, resource.id.lower()))
    newest = known if known is not None else seen.categories.get(folded)
    return newest is not None and now - newest <= ARRIVES_WITHIN


def _unexpected(expected: Iterable[Expectation], seen: Seen, configured: Iterable[str]) -> list[Difference]:
    declared = {category.casefold() for one in expected for category in one.categories}
    if not declared:
        return []
    arriving = [name for name in seen.categories if name and name not in declared]
    return [
        Difference(
            Lack.NOT_EXPECTED,
            category,
            category,
            "",
            "arrives, and nobody declared it"
            if category in seen.categories
            else "is sent, and nobody declared it",
        )
        for category in sorted({*arriving, *(name for name in configured if name not in declared)})
    ]
