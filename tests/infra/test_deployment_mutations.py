"""Each repair of the infrastructure is taken back in a copy, and a scenario catches it.

`pytest -s` prints the table: the repair, the scenario, and the rule that refused or the sentence that did not hold.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from lab.azure.resource_manager.azure import Azure, Refused
from lab.azure.resource_manager.policy import remediate
from lab.azure.resource_manager.service import delete
from tests.infra import deploying
from tests.infra.deploying import ONE, OWNER, TWO, collector, resource, telemetry, what_if

INFRA: Final = deploying.INFRA
VAULT: Final = "Microsoft.KeyVault/vaults"


class Broken(Exception):  # noqa: N818 - what a scenario says
    """A scenario ended otherwise than it must; its text is the sentence that does not hold."""


def hold(sentence: str, holds: bool) -> None:
    """Raises Broken with the sentence where it does not hold."""
    if not holds:
        raise Broken(sentence)


def watched(azure: Azure, subscription: str = ONE, **parameters: Any) -> str:
    """A collector with the telemetry of a subscription; gives the sending rule."""
    rule = str(collector(azure, azureMonitorKeys=True, **parameters).outputs["azureMonitorRuleId"])
    telemetry(azure, rule, subscription)
    return rule


# Scenarios


def first(azure: Azure) -> None:
    collector(azure, azureMonitorKeys=True, alertEmails=["soc@contoso.example"])


def again(azure: Azure) -> None:
    collector(azure)
    hold("a second time changes nothing", what_if(azure) == {"NoChange"})


def longest_name(azure: Azure) -> None:
    collector(azure, name="abcdefghijkl", alertEmails=["soc@contoso.example"])


def premium(azure: Azure) -> None:
    collector(azure, hubSku="Premium")


def private(azure: Azure) -> None:
    azure.register(ONE, "Microsoft.App")
    collector(azure, privateNetwork=True)


def workspace_elsewhere(azure: Azure) -> None:
    collector(azure, workspaceLocation="northeurope")


def wrong_retention(azure: Azure) -> None:
    with pytest.raises(Refused) as refused:
        collector(azure, totalRetentionInDays=800)
    hold(f"nothing is created before: {refused.value.rule}", not azure.resources)


def watch(azure: Azure) -> None:
    watched(azure)


def two_collectors(azure: Azure) -> None:
    for subscription in (ONE, TWO):
        parameters: dict[str, Any] = {"azureMonitorKeys": True, "playbooksPrincipalId": "sentinel"}
        report = collector(azure, subscription, **parameters)
        telemetry(azure, str(report.outputs["azureMonitorRuleId"]), subscription)


def two_regions(azure: Azure) -> None:
    watched(azure)
    collector(azure, deployment="north", name="north", location="northeurope", azureMonitorKeys=True)


def watched_from_elsewhere(azure: Azure) -> None:
    rule = watched(azure)
    telemetry(azure, rule, TWO, location="northeurope", hubLocation="westeurope")


def group_deleted(azure: Azure) -> None:
    watched(azure)
    delete(azure, f"/subscriptions/{ONE}/resourceGroups/rg-telltale", OWNER)
    watched(azure)


def policy_deleted(azure: Azure) -> None:
    rule = watched(azure)
    (assignment,) = azure.of_type("Microsoft.Authorization/policyAssignments")
    delete(azure, assignment.id, OWNER)
    telemetry(azure, rule)


def resource_elsewhere(azure: Azure) -> None:
    watched(azure)
    here = resource(azure, VAULT, "here", "westeurope")
    resource(azure, VAULT, "elsewhere", "northeurope")
    found = remediate(azure, ONE)
    for refused in found.failed.values():
        raise refused
    hold("what is in the hub's region streams", found.done == [here])


def own_resources(azure: Azure) -> None:
    rule = watched(azure)
    telemetry(azure, rule, profile="C")
    hold("the collector does not stream to itself", not remediate(azure, ONE).done)


def second_subscription(azure: Azure) -> None:
    watched(azure, TWO)
    resource(azure, VAULT, "second", "westeurope", TWO)
    for refused in remediate(azure, TWO).failed.values():
        raise refused


def one_rule_only(azure: Azure) -> None:
    rule = watched(azure)
    (assignment,) = azure.of_type("Microsoft.Authorization/policyAssignments")
    principal = assignment.body["identity"]["principalId"]
    keys = "Microsoft.EventHub/namespaces/authorizationRules/listKeys/action"
    for one in azure.of_type("Microsoft.Authorization/roleAssignments"):
        role = azure.role(str(one.properties["roleDefinitionId"]))
        if one.properties["principalId"] == principal and role is not None and role.allows(keys):
            hold("keys of the one rule may be listed, of no other", one.id.startswith(f"{rule}/"))


SCENARIOS: Final[tuple[Callable[[Azure], None], ...]] = (
    first, again, longest_name, premium, private, workspace_elsewhere, wrong_retention, watch, two_collectors,
    two_regions, watched_from_elsewhere, group_deleted, policy_deleted, resource_elsewhere, own_resources,
    second_subscription, one_rule_only,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutation:
    """A repair that is taken back: `old` becomes `new` in a file. caught: the rule that refuses, or the sentence."""

    repair: str
    file: str
    old: str
    new: str
    scenario: Callable[[Azure], None]
    caught: str


MODULES: Final = "modules/"
SEARCHES: Final = "saved searches one by one"
PRINCIPAL: Final = "a role assignment keeps its principal"
UNIQUE: Final = "names of custom roles are unique in a tenant"
READS: Final = "rules read what is there"
REGION: Final = "a deployment's name keeps its region"
SUBSCRIPTION: Final = "telemetry/subscription.bicep"

MUTATIONS: Final = (
    Mutation(
        "no ftpsState on Flex Consumption",
        MODULES + "functionapp.bicep",
        "minTlsVersion: '1.2'",
        "ftpsState: 'Disabled'\n      minTlsVersion: '1.2'",
        first,
        "site configuration that Flex Consumption knows",
    ),
    Mutation(
        "no setting that Flex Consumption has no more",
        "main.bicep",
        "      TELLTALE_STORE: 'tables'",
        "      FUNCTIONS_WORKER_RUNTIME: 'python'\n      TELLTALE_STORE: 'tables'",
        first,
        "settings that Flex Consumption has no more",
    ),
    Mutation(
        "an etag of saved searches",
        MODULES + "content.bicep",
        "  etag: '*'\n",
        "",
        again,
        "saved searches are written again with an etag",
    ),
    Mutation(
        "saved searches by batches of one", MODULES + "content.bicep", "@batchSize(1)", "", first, SEARCHES
    ),
    Mutation(
        "queries after parsers",
        MODULES + "content.bicep",
        "    dependsOn: [\n      parser\n    ]",
        "    dependsOn: [\n      table\n    ]",
        first,
        SEARCHES,
    ),
    Mutation(
        "the subscription in the name of the role that uses the rule",
        MODULES + "useOfRule.bicep",
        "(${name}, ${subscription().subscriptionId})",
        "(${name})",
        two_collectors,
        UNIQUE,
    ),
    Mutation(
        "the subscription in the name of the role that restores settings",
        MODULES + "restoring.bicep",
        "(${name}, ${subscription().subscriptionId})",
        "(${name})",
        two_collectors,
        UNIQUE,
    ),
    Mutation(
        "the principal in the name of the reader's assignment",
        MODULES + "logSettingsReader.bicep",
        "subscription().id, principalId,",
        "subscription().id,",
        group_deleted,
        PRINCIPAL,
    ),
    Mutation(
        "the principal in the name of the writer's assignment",
        MODULES + "settingsWriter.bicep",
        "subscription().id, principalId,",
        "subscription().id,",
        policy_deleted,
        PRINCIPAL,
    ),
    Mutation(
        "the principal in the name of the rule's assignment",
        MODULES + "ruleAssignment.bicep",
        "rule.id, principalId,",
        "rule.id,",
        policy_deleted,
        PRINCIPAL,
    ),
    Mutation(
        "the near-real-time rule asks a union",
        "kql/rules.json",
        "union isfuzzy=true TelltaleAlerts_CL\\n| where EventSeverity",
        "TelltaleAlerts_CL\\n| where EventSeverity",
        first,
        READS,
    ),
    Mutation(
        "rules name the table and not the function",
        "kql/rules.json",
        "let TelltaleAlerts = union isfuzzy=true (TelltaleAlerts_CL | extend IngestedAt = ingestion_time())\\n"
        "| summarize arg_min(IngestedAt, *) by EventUid;\\n",
        "",
        first,
        READS,
    ),
    Mutation(
        "the right to list keys on one rule",
        MODULES + "ruleAssignment.bicep",
        "  scope: rule\n",
        "",
        one_rule_only,
        "keys of the one rule may be listed, of no other",
    ),
    Mutation(
        "the policy's condition on the region",
        SUBSCRIPTION,
        "                in: [\n                  hubLocation\n                  'global'\n                ]",
        "                notEquals: 'nowhere'",
        resource_elsewhere,
        "a hub of the resource's region",
    ),
    Mutation(
        "the collector's own account left out",
        SUBSCRIPTION,
        "notContains: collectorStorage",
        "notContains: 'nothing'",
        own_resources,
        "the collector does not stream to itself",
    ),
    Mutation(
        "the collector's own app left out",
        SUBSCRIPTION,
        "notContains: collector\n",
        "notContains: 'nothing'\n",
        own_resources,
        "the collector does not stream to itself",
    ),
    Mutation(
        "the policy's right in the hub's subscription",
        SUBSCRIPTION,
        "  scope: subscription(split(ruleId, '/')[2])\n",
        "",
        second_subscription,
        "groups exist before what is in them",
    ),
    Mutation(
        "an identity of the policy",
        SUBSCRIPTION,
        "  identity: {\n    type: 'SystemAssigned'\n  }\n",
        "",
        watch,
        "the identity of an assignment",
    ),
    Mutation(
        "the hub's name in the setting of the activity log",
        SUBSCRIPTION,
        "    eventHubName: hubNames[0]\n",
        "",
        watch,
        "a setting names its hub",
    ),
    Mutation(
        "the name of Telltale in the deployment of the reader",
        "main.bicep",
        "'telltale-log-settings-reader-${name}-${deployment().location}'",
        "'telltale-log-settings-reader'",
        two_regions,
        REGION,
    ),
    Mutation(
        "the region in the deployment of the rule's use",
        SUBSCRIPTION,
        "-uses-rule-${take(subscription().subscriptionId, 8)}-${deployment().location}'",
        "-uses-rule'",
        watched_from_elsewhere,
        REGION,
    ),
    Mutation(
        "a list of the retentions that there are",
        "main.bicep",
        "  730\n  1095\n",
        "  730\n  800\n  1095\n",
        wrong_retention,
        "nothing is created before: retention of a table",
    ),
    Mutation(
        "the data collection rule beside its workspace",
        "main.bicep",
        "    name: names.rule\n    location: workspaceLocation",
        "    name: names.rule\n    location: location",
        workspace_elsewhere,
        "a data collection rule in its workspace's region",
    ),
    Mutation(
        "24 characters of the account's name",
        "main.bicep",
        "take('st${name}${suffix}', 24)",
        "'st${name}${suffix}'",
        longest_name,
        "names of resources",
    ),
    Mutation(
        "a short name of the action group",
        MODULES + "monitoring.bicep",
        "    groupShortName: groupShortName",
        "    groupShortName: 'ag-${groupShortName}'",
        longest_name,
        "short name of an action group",
    ),
    Mutation(
        "no inflation on Premium",
        MODULES + "eventhubs.bicep",
        "sku == 'Standard' && ",
        "",
        premium,
        "automatic inflation",
    ),
    Mutation(
        "the app's subnet delegated to Flex Consumption",
        MODULES + "network.bicep",
        "Microsoft.App/environments",
        "Microsoft.Web/serverFarms",
        private,
        "providers are registered",
    ),
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
def test_the_infrastructure_as_it_is_passes_every_scenario(scenario: Callable[[Azure], None]) -> None:
    scenario(remediating())


def remediating() -> Azure:
    """Two subscriptions in which policies may be remediated."""
    azure = Azure([ONE, TWO])
    for subscription in (ONE, TWO):
        azure.register(subscription, "Microsoft.PolicyInsights")
    return azure


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.repair.replace(" ", "-"))
def test_a_repair_that_is_taken_back_is_caught(
    mutation: Mutation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "infra"
    shutil.copytree(INFRA, copy, ignore=shutil.ignore_patterns("lint"))
    text = (copy / mutation.file).read_text("utf-8")
    assert mutation.old in text, f"{mutation.file} has no longer what the repair is"
    (copy / mutation.file).write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    monkeypatch.setattr(deploying, "INFRA", copy)
    with pytest.raises((Refused, Broken)) as caught:
        mutation.scenario(remediating())
    found = caught.value.rule if isinstance(caught.value, Refused) else str(caught.value)
    print(f"\n{mutation.repair:64} {mutation.scenario.__name__:24} {found}", end="")
    assert found == mutation.caught


def test_the_table_is_of_distinct_repairs_and_names_scenarios_that_run() -> None:
    assert len({(one.file, one.old) for one in MUTATIONS}) == len(MUTATIONS) >= 12
    assert {one.scenario for one in MUTATIONS} <= set(SCENARIOS)
