"""Refusals of names, texts and places, which most services share: lengths, characters, uniqueness, regions.

Source of the table: learn.microsoft.com, "Naming rules and restrictions for Azure resources".
"""

from __future__ import annotations

import re
from typing import Any, Final

from lab.azure.resource_manager.azure import Azure, Put
from lab.azure.resource_manager.refusal import Refusal, place_of

_DASHED = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_DOTTED = r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_])?"
_GUID = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_POLICY = r"[^<>*%&:\\?+/#]*[^<>*%&:\\?+/#. ]"
_ALERT = r"[^*#&+:<>?@%{}\\/|]*[^*#&+:<>?@%{}\\/|. ]"
_NAMES: Final[dict[str, tuple[int, int, str]]] = {
    "microsoft.resources/resourcegroups": (1, 90, r"[\w().-]*[\w()-]"),
    "microsoft.resources/deployments": (1, 64, r"[\w().-]+"),
    "microsoft.storage/storageaccounts": (3, 24, r"[a-z0-9]+"),
    "microsoft.storage/storageaccounts/blobservices/containers": (3, 63, r"[a-z0-9](-?[a-z0-9])*"),
    "microsoft.eventhub/namespaces": (6, 50, r"[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]"),
    "microsoft.eventhub/namespaces/eventhubs": (1, 256, _DOTTED),
    "microsoft.eventhub/namespaces/eventhubs/consumergroups": (1, 50, _DOTTED),
    "microsoft.eventhub/namespaces/authorizationrules": (1, 50, _DOTTED),
    "microsoft.web/sites": (2, 60, _DASHED),
    "microsoft.web/serverfarms": (1, 60, r"[\w-]+"),
    "microsoft.operationalinsights/workspaces": (4, 63, _DASHED),
    "microsoft.managedidentity/userassignedidentities": (3, 128, r"[A-Za-z0-9][\w-]*"),
    "microsoft.network/virtualnetworks": (2, 64, _DOTTED),
    "microsoft.network/networksecuritygroups": (1, 80, _DOTTED),
    "microsoft.network/privateendpoints": (2, 64, _DOTTED),
    "microsoft.insights/components": (1, 260, r"[^%&\\?/]*[^%&\\?/. ]"),
    "microsoft.insights/actiongroups": (1, 260, r"[^:<>+/&%\\?|]*[^:<>+/&%\\?|. ]"),
    "microsoft.insights/metricalerts": (1, 260, _ALERT),
    "microsoft.insights/scheduledqueryrules": (1, 260, _ALERT),
    "microsoft.logic/workflows": (1, 43, r"[\w().-]+"),
    "microsoft.authorization/policydefinitions": (1, 64, _POLICY),
    "microsoft.authorization/policysetdefinitions": (1, 64, _POLICY),
    "microsoft.authorization/policyassignments": (1, 64, _POLICY),
    "microsoft.authorization/roledefinitions": (36, 36, _GUID),
    "microsoft.authorization/roleassignments": (36, 36, _GUID),
}
"""Type to least and most characters, and what the name is made of."""

_GLOBAL: Final = frozenset(
    {"microsoft.storage/storageaccounts", "microsoft.eventhub/namespaces", "microsoft.web/sites"}
)
_LEARN: Final = "learn.microsoft.com, "


def _name(put: Put, _: Azure) -> str | None:
    rule = _NAMES.get(put.type.lower())
    if rule is None:
        return None
    least, most, made_of = rule
    name = put.id.rpartition("/")[2]
    if least <= len(name) <= most and re.fullmatch(made_of, name):
        return None
    return f"'{name}' is not a valid name of {put.type}: {least} to {most} characters of {made_of}."


def _taken(put: Put, azure: Azure) -> str | None:
    if put.type.lower() not in _GLOBAL:
        return None
    for one in azure.of_type(put.type):
        if one.name.lower() == put.name.lower() and one.id.lower() != put.id.lower():
            return f"The name '{put.name}' is already taken, by {one.id}."
    return None


def _region(put: Put, _: Azure) -> str | None:
    if put.before is None or "location" not in put.before.body or "location" not in put.body:
        return None
    was, wanted = place_of(put.before.body["location"]), place_of(put.body["location"])
    if was == wanted:
        return None
    return (
        f"The resource '{put.name}' already exists in location '{was}' and cannot be created in '{wanted}'."
    )


def _deployment_region(put: Put, azure: Azure) -> str | None:
    was = azure.deployments.get(put.id.lower())
    wanted = place_of(put.body.get("location", ""))
    if was is None or was == wanted:
        return None
    return f"The deployment '{put.name}' already exists in location '{was}': name this one differently."


def _deployment_size(put: Put, _: Azure) -> str | None:
    counts = ("parameters", 256), ("variables", 512), ("outputs", 64), ("resources", 800)
    for what, most in counts:
        if put.properties.get(what, 0) > most:
            return f"The template has {put.properties[what]} {what}; the limit is {most}."
    return None


def _tags(put: Put, _: Azure) -> str | None:
    tags: dict[str, Any] = put.body.get("tags") or {}
    if len(tags) > 50:
        return f"{len(tags)} tags; a resource may have 50."
    most = 128 if put.type.lower() == "microsoft.storage/storageaccounts" else 512
    for name, value in tags.items():
        if len(name) > most or len(str(value)) > 256:
            return f"The tag '{name[:40]}': names have {most} characters at most, values 256."
        if re.search(r"[<>%&\\?/]", name):
            return f"The tag '{name}': a name cannot have any of < > % & \\ ? /."
    return None


def _role(put: Put, _: Azure) -> str | None:
    if len(str(put.properties.get("roleName", ""))) > 512:
        return "The name of a custom role has 512 characters at most."
    if len(str(put.properties.get("description", ""))) > 2048:
        return "The description of a custom role has 2048 characters at most."
    return None


def _role_scopes(put: Put, _: Azure) -> str | None:
    scopes = put.properties.get("assignableScopes") or []
    if not scopes:
        return "A custom role has at least one assignable scope."
    wrong = [one for one in scopes if one in ("/", "") or "*" in one]
    return f"'{wrong[0]}' cannot be an assignable scope of a custom role." if wrong else None


NAME_REFUSALS: Final = (
    Refusal("names of resources", "", "InvalidResourceName", _LEARN + "Naming rules and restrictions", _name),
    Refusal(
        "names in the whole of Azure", "", "NameAlreadyTaken", _LEARN + "Naming rules, scope global", _taken
    ),
    Refusal(
        "a resource keeps its region",
        "",
        "InvalidResourceLocation",
        _LEARN + "Troubleshoot common Azure deployment errors; from memory",
        _region,
    ),
    Refusal(
        "a deployment's name keeps its region",
        "microsoft.resources/deployments",
        "InvalidDeploymentLocation",
        "Azure/missionlz 760; Azure/Azure-Landing-Zones 1430",
        _deployment_region,
    ),
    Refusal(
        "size of a template",
        "microsoft.resources/deployments",
        "InvalidTemplate",
        _LEARN + "ARM template best practices, template limits",
        _deployment_size,
    ),
    Refusal(
        "tags", "", "InvalidTag", _LEARN + "Use tags to organize your Azure resources, limitations", _tags
    ),
    Refusal(
        "texts of custom roles",
        "microsoft.authorization/roledefinitions",
        "RoleDefinitionNameTooLong",
        _LEARN + "Azure custom roles, custom role properties; lengths from memory",
        _role,
    ),
    Refusal(
        "assignable scopes of custom roles",
        "microsoft.authorization/roledefinitions",
        "InvalidAssignableScope",
        _LEARN + "Azure custom roles, custom role limits; from memory",
        _role_scopes,
    ),
)
