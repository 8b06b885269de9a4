"""Deploys the templates into the stand-in for Azure Resource Manager, as the documents say to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lab.azure.resource_manager.azure import Azure, Caller, Put
from lab.azure.resource_manager.service import write
from lab.azure.resource_manager.template import deploy
from lab.azure.resource_manager.values import Place, Report

INFRA = Path(__file__).parents[2] / "infra"
ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
PROFILES = ("a", "b", "c")
BY_HAND = "mallory@contoso.example"


def caller(*roles: str, subscriptions: tuple[str, ...] = (ONE,)) -> Caller:
    """Somebody with these built-in roles on subscriptions."""
    return Caller("deployer", {f"/subscriptions/{one}": roles for one in subscriptions})


OWNER = caller("Owner", subscriptions=(ONE, TWO))


def profile(name: str) -> dict[str, Any]:
    """The parameters of a profile."""
    content = json.loads((INFRA / "profiles" / f"profile-{name}.parameters.json").read_text("utf-8"))
    return {key: value["value"] for key, value in content["parameters"].items()}


def collector(
    azure: Azure, subscription: str = ONE, by: Caller = OWNER, deployment: str = "telltale", **parameters: Any
) -> Report:
    """`az deployment sub create --name telltale --template-file infra/main.bicep`."""
    given = {"customer": "contoso", **parameters}
    location = given.get("location", "westeurope")
    path = INFRA / "main.bicep"
    return deploy(path, azure, Place(subscription), by, given, name=deployment, location=location)


def telemetry(
    azure: Azure, rule: str, subscription: str = ONE, by: Caller = OWNER, **parameters: Any
) -> Report:
    """`az deployment sub create --template-file infra/telemetry/subscription.bicep`."""
    path = INFRA / "telemetry" / "subscription.bicep"
    given = {"ruleId": rule, **parameters}
    location = given.get("location", "westeurope")
    name = f"telemetry-{location}".replace(" ", "")
    return deploy(path, azure, Place(subscription), by, given, name=name, location=location)


def resource(
    azure: Azure, kind: str, name: str, location: str, subscription: str = ONE, body: Any = None
) -> str:
    """The id of a resource of the customer's own, which is made in the group `rg-apps`; a child has no location."""
    group = f"/subscriptions/{subscription}/resourceGroups/rg-apps"
    _put(azure, group, "Microsoft.Resources/resourceGroups", "rg-apps", group, {"location": "westeurope"})
    provider, *types = kind.split("/")
    identity, scope = f"{group}/providers/{provider}", group
    for one, part in zip(types, name.split("/"), strict=True):
        scope, identity = identity, f"{identity}/{one}/{part}"
    content = ({"location": location} if len(types) == 1 else {}) | (body or {})
    _put(azure, identity, kind, name, scope if len(types) > 1 else group, content)
    return identity


def _put(azure: Azure, identity: str, kind: str, name: str, scope: str, body: dict[str, Any]) -> None:
    write(azure, Put(identity, kind, name, scope, body, OWNER, azure.get(identity)))


def what_if(azure: Azure, **parameters: Any) -> set[str]:
    """`az deployment sub create --what-if`: the kinds of change, on a copy."""
    copy = azure.snapshot()
    copy.changes.clear()
    collector(copy, **parameters)
    return kinds_of_change(copy)


def kinds_of_change(azure: Azure) -> set[str]:
    """What the last deployments did; forgets it."""
    kinds = {change.kind for change in azure.changes}
    azure.changes.clear()
    return kinds
