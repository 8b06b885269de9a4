"""Each rule of the stand-in refuses: a small template that is fine, and is not with one value changed.

`FIRST` has a changed value that is refused at once, `AGAIN` one that is refused where the good template stands.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Final

import pytest

from lab.azure.resource_manager.azure import Azure, Refused
from lab.azure.resource_manager.refusals import REFUSALS
from lab.azure.resource_manager.template import deploy
from lab.azure.resource_manager.values import Place
from tests.infra.deploying import ONE, OWNER, TWO, caller
from tests.infra.small_template import (
    GROUP,
    GUID,
    OTHER,
    WORLD,
    Change,
    World,
    more,
    play,
    put,
    template,
    together,
    without,
)


@pytest.fixture
def azure(tmp_path: Path) -> Azure:
    made = Azure([ONE, TWO])
    made.register(ONE, "Microsoft.App")
    path = tmp_path / "group.bicep"
    path.write_text(GROUP, encoding="utf-8")
    deploy(path, made, Place(ONE), OWNER, {})
    return made


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
