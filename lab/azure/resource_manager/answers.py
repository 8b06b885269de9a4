"""What the service adds to a resource that was written: ids of identities, endpoints, keys' places.

Values follow from the resource's id, so that a resource that is written again answers as before.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, Final

from lab.azure.resource_manager.azure import Azure, Put
from lab.azure.resource_manager.expressions import guid


def answered(put: Put, azure: Azure) -> dict[str, Any]:
    """The body as it stands after a write."""
    body = copy.deepcopy(put.body)
    before = put.before.body if put.before is not None else {}
    identity = body.get("identity")
    if isinstance(identity, dict) and "SystemAssigned" in str(identity.get("type")):
        held = (before.get("identity") or {}).get("principalId")
        identity["principalId"] = held or azure.new_principal()
        identity["tenantId"] = azure.tenant
    answer = _ANSWERS.get(put.type.lower())
    if answer is not None:
        body["properties"] = {**(body.get("properties") or {}), **answer(put, azure)}
    return body


def _identity(put: Put, azure: Azure) -> dict[str, Any]:
    held = put.before.properties if put.before is not None else {}
    return {
        "principalId": held.get("principalId") or azure.new_principal(),
        "clientId": held.get("clientId") or guid("client", put.id.lower()),
        "tenantId": azure.tenant,
    }


def _storage(put: Put, azure: Azure) -> dict[str, Any]:
    suffix = {"AzureCloud": "core.windows.net"}.get(azure.environment, "core.example.net")
    ends = {one: f"https://{put.name}.{one}.{suffix}/" for one in ("blob", "queue", "table", "file")}
    return {"primaryEndpoints": ends}


_ANSWERS: Final[Mapping[str, Callable[[Put, Azure], dict[str, Any]]]] = {
    "microsoft.managedidentity/userassignedidentities": _identity,
    "microsoft.storage/storageaccounts": _storage,
    "microsoft.eventhub/namespaces": lambda put, _: {
        "serviceBusEndpoint": f"https://{put.name}.servicebus.windows.net:443/"
    },
    "microsoft.operationalinsights/workspaces": lambda put, _: {
        "customerId": guid("workspace", put.id.lower())
    },
    "microsoft.insights/datacollectionrules": lambda put, _: {
        "immutableId": "dcr-" + guid("rule", put.id.lower()).replace("-", ""),
        "endpoints": {"logsIngestion": f"https://{put.name}.ingest.monitor.azure.com"},
    },
    "microsoft.insights/components": lambda put, _: {
        "ConnectionString": f"InstrumentationKey={guid('component', put.id.lower())}"
    },
    "microsoft.web/sites": lambda put, _: {"defaultHostName": f"{put.name}.azurewebsites.net"},
}
