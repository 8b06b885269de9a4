"""Deploys the templates into the stand-in for Azure Resource Manager, as the documents say to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lab.azure.resource_manager.azure import Azure, Caller
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


def collector(azure: Azure, subscription: str = ONE, by: Caller = OWNER, **parameters: Any) -> Report:
    """`az deployment sub create --template-file infra/main.bicep`."""
    given = {"customer": "contoso", **parameters}
    location = given.get("location", "westeurope")
    return deploy(INFRA / "main.bicep", azure, Place(subscription), by, given, location=location)


def telemetry(
    azure: Azure, rule: str, subscription: str = ONE, by: Caller = OWNER, **parameters: Any
) -> Report:
    """`az deployment sub create --template-file infra/telemetry/subscription.bicep`."""
    path = INFRA / "telemetry" / "subscription.bicep"
    given = {"ruleId": rule, **parameters}
    return deploy(path, azure, Place(subscription), by, given, name="telemetry")


def kinds_of_change(azure: Azure) -> set[str]:
    """What the last deployments did; forgets it."""
    kinds = {change.kind for change in azure.changes}
    azure.changes.clear()
    return kinds
