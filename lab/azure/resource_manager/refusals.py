"""What Azure refuses, as data: each entry names its rule, the resource type, where it is documented, and the check.

Here are those about what stands already (groups, parents, roles, partitions) and about deletion; the others are in
`names.py`, `hosting.py`, `hubs.py`, `workspaces.py` and `policy_definitions.py`.

`check` is asked before a resource is written. A check gives the service's message, or None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from lab.azure.resource_manager.azure import Azure, Put, Refused, Stored
from lab.azure.resource_manager.hosting import HOSTING_REFUSALS
from lab.azure.resource_manager.hubs import HUB_REFUSALS, tier_of
from lab.azure.resource_manager.names import NAME_REFUSALS
from lab.azure.resource_manager.policy_definitions import POLICY_REFUSALS
from lab.azure.resource_manager.refusal import Refusal
from lab.azure.resource_manager.workspaces import WORKSPACE_REFUSALS

if TYPE_CHECKING:
    from lab.azure.resource_manager.values import Written


def check(put: Put, azure: Azure) -> None:
    """Raises Refused with the first rule that a request breaks."""
    for refusal in REFUSALS:
        if refusal.type in ("", put.type.lower()):
            message = refusal.check(put, azure)
            if message is not None:
                raise Refused(refusal.code, message, refusal.rule)


def _group_is_there(put: Put, azure: Azure) -> str | None:
    match = re.match(r"(/subscriptions/[^/]+)(/resourceGroups/[^/]+)?", put.id, re.IGNORECASE)
    if match is None:
        return None
    if put.subscription not in azure.subscriptions:
        return f"The subscription '{put.subscription}' could not be found."
    if match[2] and put.type.lower() != "microsoft.resources/resourcegroups" and azure.get(match[0]) is None:
        return f"Resource group '{match[2].rpartition('/')[2]}' could not be found."
    return None


def _parent_is_there(put: Put, azure: Azure) -> str | None:
    if "/" not in put.type.partition("/")[2] or azure.get(put.scope) is not None:
        return None
    return f"The parent resource '{put.scope}' was not found."


def _role_name_is_unique(put: Put, azure: Azure) -> str | None:
    name = str(put.properties.get("roleName", ""))
    for one in azure.of_type("Microsoft.Authorization/roleDefinitions"):
        if one.id.lower() != put.id.lower() and str(one.properties.get("roleName")).lower() == name.lower():
            return f"A custom role with the same name '{name}' exists in this directory."
    return None


def _partitions_stay(put: Put, azure: Azure) -> str | None:
    if put.before is None:
        return None
    tier = tier_of(azure.get(put.scope))
    was, wanted = put.before.properties.get("partitionCount"), put.properties.get("partitionCount")
    if wanted is None or wanted == was:
        return None
    if tier == "Standard" or (isinstance(was, int) and isinstance(wanted, int) and wanted < was):
        return f"PartitionCount cannot be changed from {was} to {wanted}."
    return None


def _assignment_stays(put: Put, azure: Azure) -> str | None:
    principal = str(put.properties.get("principalId", ""))
    if put.before is not None and (
        put.before.properties.get("principalId") != principal
        or str(put.before.properties.get("roleDefinitionId")).lower()
        != str(put.properties.get("roleDefinitionId")).lower()
    ):
        return "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
    if azure.role(str(put.properties.get("roleDefinitionId"))) is None and not _is_role(put):
        return f"The role definition '{put.properties.get('roleDefinitionId')}' was not found."
    return None


def _is_role(put: Put) -> bool:
    """A built-in role that the stand-in has no actions of counts as there."""
    name = str(put.properties.get("roleDefinitionId")).rpartition("/")[2]
    return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name) is not None


def _same_assignment(put: Put, azure: Azure) -> str | None:
    """The same principal, role and scope under another name."""
    for one in azure.of_type("Microsoft.Authorization/roleAssignments"):
        if (
            one.id.lower() == put.id.lower()
            or one.id.lower().rpartition("/")[0] != put.id.lower().rpartition("/")[0]
        ):
            continue
        if (one.properties.get("principalId"), str(one.properties.get("roleDefinitionId")).lower()) == (
            put.properties.get("principalId"),
            str(put.properties.get("roleDefinitionId")).lower(),
        ):
            return "The role assignment already exists."
    return None


REFUSALS: Final = (
    Refusal(
        "groups exist before what is in them",
        "",
        "ResourceGroupNotFound",
        "learn.microsoft.com, Azure Resource Manager, common deployment errors",
        _group_is_there,
    ),
    Refusal(
        "parents exist before their children",
        "",
        "ParentResourceNotFound",
        "learn.microsoft.com, Azure Resource Manager, common deployment errors",
        _parent_is_there,
    ),
    Refusal(
        "names of custom roles are unique in a tenant",
        "microsoft.authorization/roledefinitions",
        "RoleDefinitionWithSameNameExists",
        "learn.microsoft.com, Azure custom roles, custom role properties",
        _role_name_is_unique,
    ),
    Refusal(
        "partitions of a hub stay",
        "microsoft.eventhub/namespaces/eventhubs",
        "BadRequest",
        "hashicorp/terraform 19029; learn.microsoft.com, Event Hubs, dynamically add partitions",
        _partitions_stay,
    ),
    Refusal(
        "a role assignment keeps its principal",
        "microsoft.authorization/roleassignments",
        "RoleAssignmentUpdateNotPermitted",
        "learn.microsoft.com, Troubleshoot Azure RBAC",
        _assignment_stays,
    ),
    Refusal(
        "one assignment a principal, role and scope",
        "microsoft.authorization/roleassignments",
        "RoleAssignmentExists",
        "learn.microsoft.com, Troubleshoot Azure RBAC",
        _same_assignment,
    ),
    *NAME_REFUSALS,
    *HOSTING_REFUSALS,
    *HUB_REFUSALS,
    *WORKSPACE_REFUSALS,
    *POLICY_REFUSALS,
)


def check_side_by_side(written: Iterable[Written]) -> None:
    """Raises Refused where two saved searches of a workspace may be written at the same time.

    Source: Azure/bicep-types-az 1548; the service answers 409 to the second.
    """
    searches = [one for one in written if one.type.lower().endswith("/savedsearches")]
    for place, one in enumerate(searches):
        if not one.serial:
            raise Refused(
                "Conflict", f"{one.symbol} writes saved searches side by side", "saved searches one by one"
            )
        for other in searches[place + 1 :]:
            if one.symbol != other.symbol and one.symbol not in other.after and other.symbol not in one.after:
                raise Refused(
                    "Conflict",
                    f"{one.symbol} and {other.symbol} write saved searches side by side",
                    "saved searches one by one",
                )


_HELD: Final = {
    "microsoft.web/serverfarms": ("Microsoft.Web/sites", "serverFarmId"),
    "microsoft.network/virtualnetworks": ("Microsoft.Network/privateEndpoints", "subnet"),
}
"""Type to the type that holds it back and the property that names it. A namespace is deleted with its settings."""


def check_deletion(found: Stored, azure: Azure) -> None:
    """Raises Refused where others hold a resource back: policies that are assigned, roles that are given.

    A resource group is deleted with all that is in it. Sources: learn.microsoft.com, "Troubleshoot Azure RBAC",
    "Azure Policy definition structure", "Delete a private DNS zone", "Delete a virtual network".
    """
    kind = found.type.lower()
    users: list[Stored] = []
    if kind in _HELD:
        holder, named = _HELD[kind]
        users = [
            one for one in azure.of_type(holder) if found.id.lower() in str(one.properties.get(named)).lower()
        ]
    if kind == "microsoft.network/privatednszones":
        users = list(azure.below(found.id, f"{found.type}/virtualNetworkLinks"))
    if kind == "microsoft.authorization/policydefinitions":
        users = [
            one
            for one in azure.of_type("Microsoft.Authorization/policySetDefinitions")
            if any(_names(part, found.id) for part in one.properties.get("policyDefinitions") or [])
        ]
    if kind.startswith("microsoft.authorization/policy"):
        users += [
            one
            for one in azure.of_type("Microsoft.Authorization/policyAssignments")
            if _names(one.properties, found.id)
        ]
    if kind == "microsoft.authorization/roledefinitions":
        users = [
            one
            for one in azure.of_type("Microsoft.Authorization/roleAssignments")
            if str(one.properties.get("roleDefinitionId")).rpartition("/")[2].lower()
            == found.id.rpartition("/")[2].lower()
        ]
    if users:
        raise Refused("InUse", f"{found.id} is used by {users[0].id}", "what is in use is not deleted")


def _names(properties: dict[str, Any], identity: str) -> bool:
    return str(properties.get("policyDefinitionId", "")).lower() == identity.lower()
