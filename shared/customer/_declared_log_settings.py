"""What a customer declares about logging itself: what must be logged where, and how long tables keep it."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StrictInt, model_validator

from shared.customer.types import Scope, Table, Text

_RESOURCE_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9.]*(/[A-Za-z][A-Za-z0-9]*)+")
_WORKSPACE = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.OperationalInsights/workspaces/[^/]+",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.EventHub/namespaces/[^/]+/authorizationRules/[^/]+",
    re.IGNORECASE,
)


def _resource_type(value: object) -> str:
    if not isinstance(value, str) or not _RESOURCE_TYPE.fullmatch(value):
        raise ValueError('is not a resource type; write it as in "Microsoft.KeyVault/vaults"')
    return value


def _workspace(value: object) -> str:
    if not isinstance(value, str) or not _WORKSPACE.fullmatch(value):
        raise ValueError(
            "is not the id of a Log Analytics workspace; it ends in "
            "/providers/Microsoft.OperationalInsights/workspaces/NAME"
        )
    return value


def _sending_rule(value: object) -> str:
    if not isinstance(value, str) or not _RULE.fullmatch(value):
        raise ValueError(
            "is not the id of an authorization rule; it ends in /providers/Microsoft.EventHub/namespaces/NAME/"
            "authorizationRules/NAME"
        )
    return value


ResourceType = Annotated[str, BeforeValidator(_resource_type)]
Days = Annotated[StrictInt, Field(ge=1, le=4383)]


class ExpectedLogSettings(Table):
    """Categories (or the groups "allLogs" and "audit") that every resource of a type must send to the collector.

    resource_type: as Azure writes it; "Microsoft.Resources/subscriptions" is the activity log. match: beginning of
    the resource ids it is about, or a subscription's id; all that the identity may read where it is left out.
    kind: what a resource's own kind must contain, as "functionapp" among sites; not_kind: what it must not.
    """

    resource_type: ResourceType
    categories: Annotated[list[Text], Field(min_length=1)]
    match: Scope | None = None
    kind: Text | None = None
    not_kind: Text | None = None


class ExpectedRetention(Table):
    """A table must keep its rows, archive included, for so many days.

    workspace: resource id; left out, it is the one that alerts end in, as the deployment's settings name it.
    """

    workspace: Annotated[str, BeforeValidator(_workspace)] | None = None
    table: Text
    days: Days


class LogSettings(Table):
    """Everything about logging itself.

    entra: categories of the tenant. rare: categories that say nothing for days when nothing happens, so that only
    their setting is compared. sending_rule: for the commands of repair; left out, it is that of the deployment.
    """

    resources: list[ExpectedLogSettings] = []
    entra: list[Text] = []
    rare: list[Text] = []
    retention: list[ExpectedRetention] = []
    sending_rule: Annotated[str, BeforeValidator(_sending_rule)] | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen: set[tuple[str, str]] = set()
        for one in self.retention:
            key = (one.workspace or "").lower(), one.table.lower()
            if key in seen:
                raise ValueError(f"declares the retention of {one.table} twice")
            seen.add(key)
        expected = {name.casefold() for one in self.resources for name in one.categories}
        expected |= {name.casefold() for name in self.entra}
        for name in self.rare:
            if name.casefold() not in expected:
                raise ValueError(f"rare names {name}, which neither resources nor entra expect")
        return self
