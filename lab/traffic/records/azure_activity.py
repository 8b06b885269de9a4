"""Azure Activity, category Administrative: what was asked of Azure Resource Manager, as start and outcome.

Shape: https://learn.microsoft.com/azure/azure-monitor/essentials/activity-log-schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

import orjson

from lab.traffic.company import Company, Person, ServicePrincipal, Tenant
from lab.traffic.identifiers import guid, instant, token
from lab.traffic.records.shape import Record

_CLAIMS: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_MICROSOFT_CLAIMS: Final = "http://schemas.microsoft.com/identity/claims/"
OWNER: Final = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR: Final = "b24988ac-6180-42a0-ab88-20f7382dd24c"
_PORTAL: Final = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"

# Types that people and pipelines write to, read from or delete on an ordinary day.
_TYPES: Final = (
    "Microsoft.Web/sites", "Microsoft.Web/sites/slots", "Microsoft.Web/sites/config",
    "Microsoft.Web/serverfarms",
    "Microsoft.Web/certificates", "Microsoft.Web/sites/hostNameBindings", "Microsoft.Resources/deployments",
    "Microsoft.Resources/tags", "Microsoft.Resources/subscriptions/resourceGroups", "Microsoft.Compute/disks",
    "Microsoft.Compute/virtualMachines", "Microsoft.Compute/availabilitySets", "Microsoft.Compute/images",
    "Microsoft.Compute/virtualMachineScaleSets", "Microsoft.Network/publicIPAddresses",
    "Microsoft.Network/networkInterfaces", "Microsoft.Network/virtualNetworks",
    "Microsoft.Network/loadBalancers",
    "Microsoft.Network/privateEndpoints", "Microsoft.Network/dnsZones/A", "Microsoft.Network/dnsZones/CNAME",
    "Microsoft.Network/virtualNetworks/subnets", "Microsoft.Network/applicationGateways",
    "Microsoft.Cdn/profiles",
    "Microsoft.Cdn/profiles/endpoints", "Microsoft.ContainerService/managedClusters/agentPools",
    "Microsoft.ContainerRegistry/registries", "Microsoft.ContainerRegistry/registries/tasks",
    "Microsoft.Sql/servers/databases", "Microsoft.Sql/servers/elasticPools", "Microsoft.Insights/components",
    "Microsoft.Insights/metricAlerts", "Microsoft.Insights/autoscaleSettings", "Microsoft.Insights/workbooks",
    "Microsoft.OperationalInsights/workspaces/savedSearches", "Microsoft.ServiceBus/namespaces/queues",
    "Microsoft.ServiceBus/namespaces/topics", "Microsoft.EventHub/namespaces/eventhubs/consumergroups",
    "Microsoft.DocumentDB/databaseAccounts", "Microsoft.Cache/redis", "Microsoft.Search/searchServices",
    "Microsoft.Logic/workflows", "Microsoft.AppConfiguration/configurationStores",
    "Microsoft.SignalRService/SignalR",
    "Microsoft.ManagedIdentity/userAssignedIdentities", "Microsoft.Portal/dashboards",
    "Microsoft.App/containerApps",
)  # fmt: skip
_ACTIONS: Final = (
    "Microsoft.Web/sites/restart/action", "Microsoft.Web/sites/slots/slotsswap/action",
    "Microsoft.Web/sites/config/list/action", "Microsoft.Compute/virtualMachines/start/action",
    "Microsoft.Compute/virtualMachines/deallocate/action", "Microsoft.Compute/virtualMachines/restart/action",
    "Microsoft.Resources/deployments/validate/action", "Microsoft.Resources/deployments/whatIf/action",
    "Microsoft.Storage/storageAccounts/listKeys/action",
    "Microsoft.Storage/storageAccounts/listAccountSas/action",
    "Microsoft.DocumentDB/databaseAccounts/listKeys/action", "Microsoft.Cache/redis/listKeys/action",
    "Microsoft.ContainerRegistry/registries/scheduleRun/action",
    "Microsoft.Search/searchServices/listQueryKeys/action",
    "Microsoft.Sql/servers/databases/pause/action", "Microsoft.Sql/servers/databases/resume/action",
    "Microsoft.Network/virtualNetworks/subnets/join/action", "Microsoft.App/containerApps/listSecrets/action",
)  # fmt: skip
_BODIES: Final = ("Premium", "Standard", "Basic", "S1", "P1v3", "B2ms")


@dataclass(frozen=True, slots=True)
class Operation:
    """One call to Azure Resource Manager; the record's operation name is `action` in upper case."""

    action: str
    scope: str
    request_body: Record | None = None
    role: str = "Contributor"
    status_code: str = "OK"


def operation_pair(
    rng: Random, tenant: Tenant, caller: Person | ServicePrincipal, time: datetime, operation: Operation,
    address: str | None = None,
) -> tuple[Record, Record, timedelta]:  # fmt: skip
    """The start and the success of one operation, and how long lies between them.

    Both carry one correlation id. `address` is the caller's own where it is not given.
    """
    took = timedelta(milliseconds=rng.randrange(300, 9000))
    correlation_id = guid(rng)
    claims = _claims(rng, tenant, caller, time, address)
    identity = {"authorization": _authorization(rng, caller, operation), "claims": claims}
    name = operation.action.upper()
    entity = operation.scope.upper()
    common = {
        "resourceId": entity,
        "operationName": name,
        "category": "Administrative",
        "callerIpAddress": claims["ipaddr"],
        "correlationId": correlation_id,
        "identity": identity,
        "level": "Information",
        "location": "global",
        "tenantId": tenant.id,
    }
    properties = {
        "eventCategory": "Administrative",
        "entity": operation.scope,
        "message": operation.action,
        "hierarchy": f"{tenant.id}/{tenant.subscription_id}",
    }
    body = orjson.dumps(operation.request_body).decode() if operation.request_body else None
    asked = {"requestbody": body} if body else {}
    answered = {"responseBody": body} if body else {}
    start = {
        "RoleLocation": "North Europe",
        "time": instant(time, rng.randrange(10)),
        **common,
        "resultType": "Start",
        "resultSignature": "Started.",
        "durationMs": "0",
        "properties": asked | properties,
    }
    success = {
        "RoleLocation": "North Europe",
        "time": instant(time + took, rng.randrange(10)),
        **common,
        "resultType": "Success",
        "resultSignature": f"Succeeded.{operation.status_code}",
        "durationMs": str(took // timedelta(milliseconds=1)),
        "properties": {
            "statusCode": operation.status_code,
            "serviceRequestId": guid(rng),
            **answered,
            **properties,
        },
    }
    return start, success, took


def administrative(rng: Random, company: Company, time: datetime) -> Record:
    """One ordinary record, the start or the success of an operation."""
    start, success, _ = ordinary_pair(rng, company, time)
    return rng.choice((start, success))


def ordinary_pair(rng: Random, company: Company, time: datetime) -> tuple[Record, Record, timedelta]:
    """An ordinary operation: mostly the deployment pipeline, sometimes an administrator in the portal."""
    tenant = company.workforce if rng.random() < 0.6 else rng.choice(company.customers)
    caller: Person | ServicePrincipal
    if rng.random() < 0.75:
        caller = tenant.service_principals[0]
    else:
        caller = rng.choice(company.administrators[1:] if tenant is company.workforce else tenant.people[:5])
    draw = rng.random()
    if draw < 0.004:
        return operation_pair(rng, tenant, caller, time, _reader_assignment(rng, tenant))
    if draw < 0.2:
        action = rng.choice(_ACTIONS)
        resource_type = action.rsplit("/", 2)[0]
        return operation_pair(
            rng, tenant, caller, time, Operation(action, _scope(rng, tenant, resource_type))
        )
    resource_type = rng.choice(_TYPES)
    verb = rng.choices(("write", "delete"), (90, 1))[0]
    body = _ordinary_body(rng) if verb == "write" and rng.random() < 0.7 else None
    scope = _scope(rng, tenant, resource_type)
    return operation_pair(rng, tenant, caller, time, Operation(f"{resource_type}/{verb}", scope, body))


def _ordinary_body(rng: Random) -> Record:
    return {
        "location": "northeurope",
        "sku": {"name": rng.choice(_BODIES), "capacity": rng.randrange(1, 5)},
        "tags": {"environment": "production", "release": f"2026.{rng.randrange(1, 48)}.{rng.randrange(100)}"},
        "properties": {"provisioningState": "Succeeded", "httpsOnly": True, "revision": rng.randrange(1000)},
    }


def _reader_assignment(rng: Random, tenant: Tenant) -> Operation:
    """The least of role assignments: Reader on one resource group."""
    scope = f"/subscriptions/{tenant.subscription_id}/resourceGroups/{tenant.resource_group}"
    return role_assignment(
        rng, tenant, scope, "acdd72a7-3385-48ef-bd42-f606fba81ae7", guid(rng), "ServicePrincipal"
    )


def role_assignment(
    rng: Random,
    tenant: Tenant,
    scope: str,
    role_definition: str,
    principal_id: str,
    principal_type: str = "User",
) -> Operation:
    """Assigns a role, given by the id of its definition, to a principal at a scope."""
    assignment = guid(rng)
    definitions = f"/subscriptions/{tenant.subscription_id}/providers/Microsoft.Authorization/roleDefinitions"
    body = {
        "Id": assignment,
        "Properties": {
            "PrincipalId": principal_id,
            "PrincipalType": principal_type,
            "RoleDefinitionId": f"{definitions}/{role_definition}",
            "Scope": scope,
            "Condition": None,
            "ConditionVersion": None,
        },
    }
    return Operation(
        "Microsoft.Authorization/roleAssignments/write",
        f"{scope}/providers/Microsoft.Authorization/roleAssignments/{assignment}",
        body,
        role="Owner",
        status_code="Created",
    )


def _scope(rng: Random, tenant: Tenant, resource_type: str) -> str:
    provider, *kinds = resource_type.split("/")
    path = "/".join(f"{kind}/{kind.lower()[:12]}-{rng.randrange(60):02d}" for kind in kinds)
    return tenant.resource(f"{provider}/{path}")


def _authorization(rng: Random, caller: Person | ServicePrincipal, operation: Operation) -> Record:
    person = isinstance(caller, Person)
    return {
        "scope": operation.scope,
        "action": operation.action,
        "evidence": {
            "role": operation.role,
            "roleAssignmentScope": "/subscriptions/" + operation.scope.split("/")[2],
            "roleAssignmentId": guid(rng).replace("-", ""),
            "roleDefinitionId": (OWNER if operation.role == "Owner" else CONTRIBUTOR).replace("-", ""),
            "principalId": caller.id.replace("-", ""),
            "principalType": "User" if person else "ServicePrincipal",
        },
    }


def _claims(
    rng: Random, tenant: Tenant, caller: Person | ServicePrincipal, time: datetime, address: str | None
) -> dict[str, str]:
    issued = int(time.timestamp()) - rng.randrange(60, 3600)
    claims = {
        "aud": "https://management.core.windows.net/",
        "iss": f"https://sts.windows.net/{tenant.id}/",
        "iat": str(issued),
        "nbf": str(issued),
        "exp": str(issued + 4500),
        "aio": token(rng, 60),
        f"{_MICROSOFT_CLAIMS}objectidentifier": caller.id,
        f"{_MICROSOFT_CLAIMS}tenantid": tenant.id,
        f"{_CLAIMS}nameidentifier": token(rng, 43),
        "uti": token(rng, 22),
        "ver": "1.0",
        "xms_tcdt": "1583921412",
    }
    if isinstance(caller, ServicePrincipal):
        return claims | {
            "appid": caller.app_id,
            "appidacr": "1",
            "idtyp": "app",
            "ipaddr": address or caller.address,
        }
    given, _, family = caller.display_name.partition(" ")
    return claims | {
        "appid": _PORTAL,
        "appidacr": "0",
        "http://schemas.microsoft.com/claims/authnmethodsreferences": "pwd,mfa",
        f"{_CLAIMS}givenname": given,
        f"{_CLAIMS}surname": family,
        f"{_CLAIMS}name": caller.user_principal_name,
        f"{_CLAIMS}upn": caller.user_principal_name,
        f"{_MICROSOFT_CLAIMS}scope": "user_impersonation",
        "idtyp": "user",
        "ipaddr": address or caller.origin.address,
        "name": caller.display_name,
        "puid": f"10032{caller.product_id[2:]:0>11}",
    }
