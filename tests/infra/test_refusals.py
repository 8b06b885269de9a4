"""Each rule of the stand-in refuses: a small template that is fine, and is not with one value changed.

`WORLD` is that template, in which a text that begins with @ is an expression. `FIRST` has a changed value that is
refused at once, `AGAIN` one that is refused where the good template was deployed before.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest

from lab.azure.resource_manager.azure import Azure, Refused
from lab.azure.resource_manager.refusals import REFUSALS
from lab.azure.resource_manager.template import deploy
from lab.azure.resource_manager.values import Place
from tests.infra.deploying import ONE, OWNER, TWO, caller

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


@pytest.fixture
def azure(tmp_path: Path) -> Azure:
    made = Azure([ONE, TWO])
    made.register(ONE, "Microsoft.App")
    path = tmp_path / "group.bicep"
    path.write_text(GROUP, encoding="utf-8")
    deploy(path, made, Place(ONE), OWNER, {})
    return made


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


def _different_hubs(world: World) -> None:
    for number in range(5):
        world[f"setting{number}"]["properties"]["logs"][0]["category"] = f"Category{number}"


def _fifty(world: World) -> None:
    for number in range(50):
        world[f"alert{number}"] = deepcopy(world["alert"]) | {"name": f"{GUID[:-2]}{number:02}x"}


FLOW, SCHEMA = "properties.dataFlows.0", "properties.schema"
SUBNET = "properties.subnets.0"

FIRST: Final[list[tuple[str, Change]]] = [
    ("names of resources", put("account", "name", "st-telltale")),
    ("names of resources", put("account", "name", "sttelltalesttelltalesttell")),
    ("names of resources", put("namespace", "name", "9hubs-x")),
    ("names of resources", put("hub", "name", "-telemetry")),
    ("names of resources", put("group", "name", "c" * 51)),
    ("names of resources", put("site", "name", "func_telltale")),
    ("names of resources", put("workspace", "name", "log")),
    ("names of resources", put("policy", "name", "telltale:vaults")),
    ("names of resources", put("role", "name", "telltale")),
    ("tags", put("account", "tags", {f"tag{number}": "x" for number in range(51)})),
    ("tags", put("account", "tags", {"who?": "soc"})),
    ("tags", put("account", "tags", {"owner": "x" * 257})),
    ("texts of custom roles", put("role", "properties.roleName", "x" * 513)),
    ("assignable scopes of custom roles", put("role", "properties.assignableScopes", ["/"])),
    ("one assignment a principal, role and scope", more("assignment", 1, name=OTHER)),
    ("names of custom roles are unique in a tenant", more("role", 1, name=OTHER)),
    ("parents exist before their children", put("namespace", "existing", True)),
    (
        "site configuration that Flex Consumption knows",
        put("site", "properties.siteConfig.ftpsState", "Disabled"),
    ),
    ("a configuration of Flex Consumption", put("site", "properties.functionAppConfig", None)),
    (
        "instances of Flex Consumption",
        put("site", "properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB", 1024),
    ),
    (
        "instances of Flex Consumption",
        put("site", "properties.functionAppConfig.scaleAndConcurrency.maximumInstanceCount", 1001),
    ),
    (
        "settings that Flex Consumption has no more",
        put("settings", "properties.FUNCTIONS_WORKER_RUNTIME", "python"),
    ),
    (
        "settings that Flex Consumption has no more",
        put("settings", "properties.WEBSITE_RUN_FROM_PACKAGE", "1"),
    ),
    ("names of settings", together(put("settings", "properties", {"Hub:Name": "x"}))),
    ("the subnet of Flex Consumption", put("network", f"{SUBNET}.properties.delegations", [])),
    (
        "the subnet of Flex Consumption",
        put("network", f"{SUBNET}.properties.addressPrefix", "10.0.0.0/28"),
    ),
    ("the subnet of Flex Consumption", put("network", f"{SUBNET}.name", "other")),
    (
        "group ids of private endpoints",
        put("endpoint", "properties.privateLinkServiceConnections.0.properties.groupIds", ["namespace"]),
    ),
    (
        "one zone of a name for a network",
        together(more("link", 1)),
    ),
    ("units of a namespace", put("namespace", "sku.capacity", 41)),
    (
        "units of a namespace",
        together(put("namespace", "sku", {"name": "Premium", "capacity": 3})),
    ),
    ("automatic inflation", put("namespace", "sku", {"name": "Premium", "capacity": 4})),
    ("automatic inflation", put("namespace", "properties.maximumThroughputUnits", 41)),
    ("partitions and retention of a tier", put("hub", "properties.partitionCount", 33)),
    (
        "partitions and retention of a tier",
        put("hub", "properties.retentionDescription.retentionTimeInHours", 169),
    ),
    ("how many hubs, groups and rules", more("hub", 10)),
    ("how many hubs, groups and rules", more("group", 20)),
    ("how many hubs, groups and rules", more("sender", 12)),
    ("rights of a rule", put("sender", "properties.rights", ["Manage"])),
    ("the hub of a setting is there", put("setting", "properties.eventHubName", "identity")),
    ("a setting names its hub", put("setting", "properties.eventHubName", None)),
    ("a hub of the resource's region", put("vault", "location", "northeurope")),
    ("one setting a category and hub", more("setting", 1)),
    ("five settings a resource", together(more("setting", 5), _different_hubs)),
    ("retention of a workspace", put("workspace", "properties.retentionInDays", 7)),
    ("retention of a table", put("table", "properties.totalRetentionInDays", 800)),
    ("retention of a table", put("table", "properties.totalRetentionInDays", 30)),
    ("retention of a table", put("table", "properties.retentionInDays", 731)),
    ("a custom table", put("table", "name", "Alerts")),
    ("a custom table", put("table", f"{SCHEMA}.columns.0.type", "string")),
    ("rules after Microsoft Sentinel", without("sentinel")),
    ("schedule of a rule", put("alert", "properties.queryFrequency", "PT1M")),
    ("schedule of a rule", put("alert", "properties.queryPeriod", "P15D")),
    ("schedule of a rule", put("alert", "properties.queryPeriod", "PT5M")),
    ("schedule of a rule", put("alert", "properties.queryPeriod", "P2D")),
    ("suppression of a rule", put("alert", "properties.suppressionDuration", "P2D")),
    ("suppression of a rule", put("alert", "properties.suppressionDuration", "PT5M")),
    ("query, details and entities of a rule", put("alert", "properties.query", "x" * 10_001)),
    (
        "query, details and entities of a rule",
        put("alert", "properties.customDetails", {f"d{number}": "x" for number in range(21)}),
    ),
    ("query, details and entities of a rule", put("alert", "properties.entityMappings", [{}] * 11)),
    (
        "fifty near-real-time rules",
        together(put("alert", "kind", "NRT"), _fifty),
    ),
    ("rules read what is there", put("alert", "properties.query", "Alerts_CL | take 1")),
    ("rules read what is there", put("alert", "properties.query", "Alerts | take 1")),
    ("rules read what is there", put("alert", "properties.query", "Elsewhere_CL | take 1")),
    ("streams of a data collection rule", put("collection", f"{FLOW}.outputStream", "Custom-Other_CL")),
    ("streams of a data collection rule", put("collection", f"{FLOW}.outputStream", "Alerts_CL")),
    ("streams of a data collection rule", put("collection", f"{FLOW}.streams", ["Custom-Other"])),
    ("streams of a data collection rule", put("collection", f"{FLOW}.destinations", ["other"])),
    (
        "streams of a data collection rule",
        put("collection", "properties.streamDeclarations.Custom-Alerts.columns.0.type", "guid"),
    ),
    ("a data collection rule in its workspace's region", put("collection", "location", "northeurope")),
    ("short name of an action group", put("mails", "properties.groupShortName", "telltale-soc-1")),
    ("windows of a metric alert", put("metric", "properties.evaluationFrequency", "PT10M")),
    ("windows of a metric alert", put("metric", "properties.windowSize", "PT1M")),
    ("display names of policies", put("policy", "properties.displayName", "x" * 129)),
    (
        "parameters of a policy",
        put("policy", "properties.parameters", {f"p{n}": {"defaultValue": "x"} for n in range(21)}),
    ),
    (
        "definitions of a set",
        put("initiative", "properties.policyDefinitions.0.parameters", {}),
    ),
    ("the identity of an assignment", put("given", "identity", None)),
]

AGAIN: Final[list[tuple[str, Change]]] = [
    ("a resource keeps its region", put("mails", "location", "westeurope")),
    ("saved searches are written again with an etag", put("search", "properties.etag", None)),
    ("partitions of a hub stay", put("hub", "properties.partitionCount", 8)),
    (
        "a role assignment keeps its principal",
        put("assignment", "properties.principalId", "another"),
    ),
    ("zone redundancy of a storage account", put("account", "sku.name", "Standard_ZRS")),
    (
        "infrastructure encryption of a storage account",
        put("account", "properties.encryption.requireInfrastructureEncryption", False),
    ),
    (
        "a namespace keeps its tier",
        together(
            put("namespace", "sku", {"name": "Premium", "capacity": 4}), put("namespace", "properties", {})
        ),
    ),
    ("types of columns stay", put("table", f"{SCHEMA}.columns.1.type", "string")),
]


ELSEWHERE: Final = {
    "groups exist before what is in them",
    "names in the whole of Azure",
    "a deployment's name keeps its region",
    "size of a template",
    "the keys of a setting's rule",
    "a deleted workspace keeps its region",
}
"""Rules with a test of their own, below or in `test_redeployments.py`."""


def test_the_world_deploys_twice(azure: Azure, tmp_path: Path) -> None:
    play(tmp_path, azure, WORLD)
    azure.changes.clear()
    play(tmp_path, azure, WORLD)
    assert {change.kind for change in azure.changes} == {"NoChange"}


def named(rows: list[tuple[str, Change]]) -> list[str]:
    return [f"{number}-{rule.replace(' ', '-')}" for number, (rule, _) in enumerate(rows)]


@pytest.mark.parametrize(("rule", "change"), FIRST, ids=named(FIRST))
def test_one_value_is_refused_by_its_rule(azure: Azure, tmp_path: Path, rule: str, change: Change) -> None:
    world = deepcopy(WORLD)
    change(world)
    with pytest.raises(Refused) as refused:
        play(tmp_path, azure, world)
    assert refused.value.rule == rule


@pytest.mark.parametrize(("rule", "change"), AGAIN, ids=named(AGAIN))
def test_one_value_is_refused_where_the_resource_stands(
    azure: Azure, tmp_path: Path, rule: str, change: Change
) -> None:
    play(tmp_path, azure, WORLD)
    world = deepcopy(WORLD)
    change(world)
    with pytest.raises(Refused) as refused:
        play(tmp_path, azure, world)
    assert refused.value.rule == rule


def test_every_rule_has_a_row_and_a_source() -> None:
    assert {rule for rule, _ in FIRST + AGAIN} | ELSEWHERE == {one.rule for one in REFUSALS}
    assert all(len(one.source) > 10 for one in REFUSALS)
    assert len({one.rule for one in REFUSALS}) == len(REFUSALS)


def test_a_group_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="could not be found") as refused:
        play(tmp_path, Azure([ONE]), {"vault": WORLD["vault"]})
    assert refused.value.rule == "groups exist before what is in them"


def test_a_name_that_another_subscription_has_is_refused(azure: Azure, tmp_path: Path) -> None:
    play(tmp_path, azure, {"account": WORLD["account"]})
    (tmp_path / "g.bicep").write_text(GROUP, encoding="utf-8")
    deploy(tmp_path / "g.bicep", azure, Place(TWO), OWNER, {})
    path = tmp_path / "again.bicep"
    path.write_text(template({"account": WORLD["account"]}), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        deploy(path, azure, Place(TWO, "rg"), OWNER, {})
    assert refused.value.rule == "names in the whole of Azure"


def test_who_may_not_list_the_keys_of_a_rule_writes_no_setting(azure: Azure, tmp_path: Path) -> None:
    play(tmp_path, azure, WORLD)
    with pytest.raises(Refused) as refused:
        path = tmp_path / "setting.bicep"
        setting = template({"setting": WORLD["setting"]}).replace("sender.id", f"'{azure_id(azure)}'")
        vault = (
            "resource vault 'Microsoft.KeyVault/vaults@2024-01-01' existing = {\n  name: 'kv-telltale'\n}\n"
        )
        path.write_text(vault + setting, encoding="utf-8")
        deploy(path, azure, Place(ONE, "rg"), caller("Monitoring Contributor"), {})
    assert refused.value.rule == "the keys of a setting's rule"


def azure_id(azure: Azure) -> str:
    (found,) = azure.of_type("Microsoft.EventHub/namespaces/authorizationRules")
    return found.id


def test_a_template_of_more_than_800_resources_is_refused(azure: Azure, tmp_path: Path) -> None:
    path = tmp_path / "many.bicep"
    path.write_text(
        "resource one 'Microsoft.KeyVault/vaults@2024-01-01' = [\n  for number in range(0, 801): {\n"
        "    name: 'kv-${number}'\n    location: 'westeurope'\n  }\n]\n"
    )
    with pytest.raises(Refused, match="801 resources") as refused:
        deploy(path, azure, Place(ONE, "rg"), OWNER, {})
    assert refused.value.rule == "size of a template"


def test_names_of_deployments_have_64_characters(azure: Azure, tmp_path: Path) -> None:
    path = tmp_path / "short.bicep"
    path.write_text(template({"vault": WORLD["vault"]}), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        deploy(path, azure, Place(ONE, "rg"), OWNER, {}, name="d" * 65)
    assert refused.value.rule == "names of resources"
