"""Refusals of policy definitions, sets of them, and assignments."""

from __future__ import annotations

from typing import Any, Final

from lab.azure.resource_manager.azure import Azure, Put
from lab.azure.resource_manager.refusal import Refusal

_LEARN: Final = "learn.microsoft.com, "
_KIND: Final = "microsoft.authorization/policy"


def _display(put: Put, _: Azure) -> str | None:
    if put.type.lower().startswith(_KIND) and len(str(put.properties.get("displayName", ""))) > 128:
        return "The display name of a policy has 128 characters at most."
    return None


def _parameters(put: Put, _: Azure) -> str | None:
    declared: dict[str, Any] = put.properties.get("parameters") or {}
    if len(declared) > 20:
        return "A policy definition has 20 parameters at most."
    return None


def _set(put: Put, azure: Azure) -> str | None:
    for part in put.properties.get("policyDefinitions") or []:
        found = azure.get(str(part["policyDefinitionId"]))
        if found is None:
            return f"The policy definition '{part['policyDefinitionId']}' could not be found."
        declared: dict[str, Any] = found.properties.get("parameters") or {}
        given = part.get("parameters") or {}
        unknown = sorted(set(given) - set(declared))
        missing = sorted(
            name for name, one in declared.items() if name not in given and "defaultValue" not in one
        )
        if unknown or missing:
            return f"The parameter '{(unknown or missing)[0]}' of '{found.name}' is not defined, or has no value."
    return None


def _assignment(put: Put, azure: Azure) -> str | None:
    target = azure.get(str(put.properties.get("policyDefinitionId")))
    if target is None:
        return f"The policy definition '{put.properties.get('policyDefinitionId')}' could not be found."
    definitions = [target] + [
        found
        for part in target.properties.get("policyDefinitions") or []
        if (found := azure.get(str(part["policyDefinitionId"]))) is not None
    ]
    deploys = any("roleDefinitionIds" in str(one.properties.get("policyRule")) for one in definitions)
    if deploys and not (put.body.get("identity") and put.body.get("location")):
        return "The policy assignment has no identity or no location, which deployIfNotExists needs."
    return None


POLICY_REFUSALS: Final = (
    Refusal(
        "display names of policies",
        "",
        "InvalidPolicy",
        _LEARN + "Naming rules, Microsoft.Authorization; from memory",
        _display,
    ),
    Refusal(
        "parameters of a policy",
        f"{_KIND}definitions",
        "InvalidPolicyDefinition",
        _LEARN + "Azure Policy limits; from memory",
        _parameters,
    ),
    Refusal(
        "definitions of a set",
        f"{_KIND}setdefinitions",
        "PolicyDefinitionNotFound",
        _LEARN + "Azure Policy initiative definition structure",
        _set,
    ),
    Refusal(
        "the identity of an assignment",
        f"{_KIND}assignments",
        "ResourceIdentityRequired",
        _LEARN + "Remediate noncompliant resources with Azure Policy",
        _assignment,
    ),
)
