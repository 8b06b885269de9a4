"""A small template with one of each kind of resource that a rule of the stand-in is about, and changes to it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from lab.azure.resource_manager.azure import Azure
from lab.azure.resource_manager.template import deploy
from lab.azure.resource_manager.values import Place
from tests.infra.deploying import ONE, OWNER

GUID: Final = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
OTHER: Final = "3f2504e0-4f89-41d3-9a0c-0305e82c3302"
World = dict[str, dict[str, Any]]
Change = Callable[[World], None]

WORLD: Final[World] = {
    "account": {
        "type": "Microsoft.Storage/storageAccounts",
        "name": "sttelltale",
        "location": "westeurope",
        "tags": {"owner": "soc"},
        "sku": {"name": "Standard_LRS"},
        "properties": {"encryption": {"requireInfrastructureEncryption": True}},
    },
    "namespace": {
        "type": "Microsoft.EventHub/namespaces",
        "name": "evhns-telltale",
        "location": "westeurope",
        "sku": {"name": "Standard", "capacity": 1},
        "properties": {"isAutoInflateEnabled": True, "maximumThroughputUnits": 4},
    },
    "hub": {
        "type": "Microsoft.EventHub/namespaces/eventhubs",
        "parent": "@namespace",
        "name": "telemetry",
        "properties": {"partitionCount": 4, "retentionDescription": {"retentionTimeInHours": 24}},
    },
    "group": {
        "type": "Microsoft.EventHub/namespaces/eventhubs/consumergroups",
        "parent": "@hub",
        "name": "telltale",
        "properties": {},
    },
    "sender": {
        "type": "Microsoft.EventHub/namespaces/authorizationRules",
        "parent": "@namespace",
        "name": "sender",
        "properties": {"rights": ["Send"]},
    },
    "vault": {
        "type": "Microsoft.KeyVault/vaults",
        "name": "kv-telltale",
        "location": "westeurope",
        "properties": {},
    },
    "setting": {
        "type": "Microsoft.Insights/diagnosticSettings",
        "scope": "@vault",
        "name": "telltale",
        "properties": {
            "eventHubAuthorizationRuleId": "@sender.id",
            "eventHubName": "@any('telemetry')",
            "logs": [{"category": "AuditEvent", "enabled": True}],
        },
    },
    "network": {
        "type": "Microsoft.Network/virtualNetworks",
        "name": "vnet-telltale",
        "location": "westeurope",
        "properties": {
            "subnets": [
                {
                    "name": "functions",
                    "properties": {
                        "addressPrefix": "10.0.0.0/27",
                        "delegations": [
                            {"name": "flex", "properties": {"serviceName": "Microsoft.App/environments"}}
                        ],
                    },
                }
            ]
        },
    },
    "endpoint": {
        "type": "Microsoft.Network/privateEndpoints",
        "name": "pep-telltale",
        "location": "westeurope",
        "properties": {
            "privateLinkServiceConnections": [
                {"name": "one", "properties": {"privateLinkServiceId": "@account.id", "groupIds": ["blob"]}}
            ]
        },
    },
    "zone": {
        "type": "Microsoft.Network/privateDnsZones",
        "name": "privatelink.example",
        "location": "global",
    },
    "link": {
        "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "parent": "@zone",
        "name": "link",
        "location": "global",
        "properties": {"virtualNetwork": {"id": "@network.id"}},
    },
    "plan": {
        "type": "Microsoft.Web/serverfarms",
        "name": "plan-telltale",
        "location": "westeurope",
        "sku": {"name": "FC1", "tier": "FlexConsumption"},
    },
    "site": {
        "type": "Microsoft.Web/sites",
        "name": "func-telltale",
        "location": "westeurope",
        "properties": {
            "serverFarmId": "@plan.id",
            "virtualNetworkSubnetId": "@'${network.id}/subnets/functions'",
            "functionAppConfig": {
                "scaleAndConcurrency": {"instanceMemoryMB": 2048, "maximumInstanceCount": 40}
            },
            "siteConfig": {"minTlsVersion": "1.2"},
        },
    },
    "settings": {
        "type": "Microsoft.Web/sites/config",
        "parent": "@site",
        "name": "appsettings",
        "properties": {"TELLTALE_STORE": "tables"},
    },
    "workspace": {
        "type": "Microsoft.OperationalInsights/workspaces",
        "name": "log-telltale",
        "location": "westeurope",
        "properties": {"retentionInDays": 90},
    },
    "table": {
        "type": "Microsoft.OperationalInsights/workspaces/tables",
        "parent": "@workspace",
        "name": "Alerts_CL",
        "properties": {
            "retentionInDays": 90,
            "totalRetentionInDays": 365,
            "schema": {
                "name": "Alerts_CL",
                "columns": [
                    {"name": "TimeGenerated", "type": "dateTime"},
                    {"name": "EventCount", "type": "int"},
                ],
            },
        },
    },
    "search": {
        "type": "Microsoft.OperationalInsights/workspaces/savedSearches",
        "parent": "@workspace",
        "name": "Alerts",
        "properties": {"etag": "*", "functionAlias": "Alerts", "query": "Alerts_CL"},
    },
    "sentinel": {
        "type": "Microsoft.SecurityInsights/onboardingStates",
        "scope": "@workspace",
        "name": "default",
        "properties": {},
    },
    "alert": {
        "type": "Microsoft.SecurityInsights/alertRules",
        "scope": "@workspace",
        "name": GUID,
        "kind": "Scheduled",
        "properties": {
            "query": "union isfuzzy=true Alerts_CL | where Name == 'a'",
            "queryFrequency": "PT10M",
            "queryPeriod": "P1D",
            "suppressionDuration": "PT1H",
            "customDetails": {},
            "entityMappings": [{"fieldMappings": [{"identifier": "Address"}]}],
        },
    },
    "collection": {
        "type": "Microsoft.Insights/dataCollectionRules",
        "name": "dcr-telltale",
        "location": "westeurope",
        "properties": {
            "streamDeclarations": {
                "Custom-Alerts": {"columns": [{"name": "TimeGenerated", "type": "datetime"}]}
            },
            "destinations": {"logAnalytics": [{"name": "workspace", "workspaceResourceId": "@workspace.id"}]},
            "dataFlows": [
                {
                    "streams": ["Custom-Alerts"],
                    "destinations": ["workspace"],
                    "outputStream": "Custom-Alerts_CL",
                }
            ],
        },
        "dependsOn": ["@table"],
    },
    "mails": {
        "type": "Microsoft.Insights/actionGroups",
        "name": "ag-telltale",
        "location": "global",
        "properties": {"groupShortName": "telltale"},
    },
    "metric": {
        "type": "Microsoft.Insights/metricAlerts",
        "name": "throttled",
        "location": "global",
        "properties": {"evaluationFrequency": "PT5M", "windowSize": "PT15M"},
    },
    "role": {
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": GUID,
        "properties": {
            "roleName": "Telltale: one",
            "assignableScopes": ["@subscription().id"],
            "permissions": [{"actions": ["*/read"]}],
        },
    },
    "assignment": {
        "type": "Microsoft.Authorization/roleAssignments",
        "name": GUID,
        "properties": {"principalId": "somebody", "roleDefinitionId": "@role.id"},
    },
    "policy": {
        "type": "Microsoft.Authorization/policyDefinitions",
        "name": "telltale-vaults",
        "properties": {
            "displayName": "Telltale",
            "parameters": {"ruleId": {"type": "String"}},
            "policyRule": {"then": {"details": {"roleDefinitionIds": ["x"]}}},
        },
    },
    "initiative": {
        "type": "Microsoft.Authorization/policySetDefinitions",
        "name": "telltale",
        "properties": {
            "policyDefinitions": [
                {"policyDefinitionId": "@policy.id", "parameters": {"ruleId": {"value": "x"}}}
            ]
        },
    },
    "given": {
        "type": "Microsoft.Authorization/policyAssignments",
        "name": "telltale",
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": {"policyDefinitionId": "@initiative.id"},
    },
}


GROUP: Final = """
targetScope = 'subscription'
resource group 'Microsoft.Resources/resourceGroups@2024-01-01' = {
  name: 'rg'
  location: 'westeurope'
}
"""


def bicep(value: Any) -> str:
    """A value as Bicep writes it."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str() if value.startswith("@"):
            return value[1:]
        case str():
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("${", "\\${") + "'"
        case list():
            return "[\n" + "".join(f"{bicep(one)}\n" for one in value) + "]"
        case dict():
            return "{\n" + "".join(f"{bicep(str(name))}: {bicep(one)}\n" for name, one in value.items()) + "}"
    raise TypeError(type(value).__name__)


def template(world: World) -> str:
    """The text of a template of these resources."""
    found = []
    for symbol, body in world.items():
        content = {name: one for name, one in body.items() if name not in ("type", "existing")}
        existing = " existing" if body.get("existing") else ""
        lines = "".join(f"  {name}: {bicep(one)}\n" for name, one in content.items())
        found.append(f"resource {symbol} '{body['type']}@2024-01-01'{existing} = {{\n{lines}}}\n")
    return "\n".join(found)


def play(folder: Path, azure: Azure, world: World, by: Any = OWNER) -> None:
    path = folder / f"{len(list(folder.iterdir()))}.bicep"
    path.write_text(template(world), encoding="utf-8")
    deploy(path, azure, Place(ONE, "rg"), by, {})


def put(symbol: str, path: str, value: Any) -> Change:
    """Sets one value: `properties.rights`; a number is a place of a list."""

    def change(world: World) -> None:
        *steps, last = path.split(".")
        at: Any = world[symbol]
        for step in steps:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if value is None:
            at.pop(last, None)
        else:
            at[int(last) if isinstance(at, list) else last] = value

    return change


def more(symbol: str, count: int, **values: Any) -> Change:
    """Adds copies of a resource, named one after another."""

    def change(world: World) -> None:
        for number in range(count):
            copy = deepcopy(world[symbol]) | values
            copy["name"] = values.get("name") or f"{copy['name']}{number}"
            world[f"{symbol}{number}"] = copy

    return change


def together(*changes: Change) -> Change:
    def change(world: World) -> None:
        for one in changes:
            one(world)

    return change


def without(symbol: str) -> Change:
    """Leaves a resource out."""

    def change(world: World) -> None:
        del world[symbol]

    return change
