"""Each repair of the infrastructure is taken back in a copy, and a scenario catches it.

`pytest -s` prints the table: the repair, the scenario, and the rule that refused or the sentence that did not hold.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from lab.azure.resource_manager.azure import Azure, Refused
from tests.infra import deploying
from tests.infra import deployment_scenarios as play
from tests.infra.deployment_scenarios import SCENARIOS, Broken, remediating

INFRA: Final = deploying.INFRA


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
        play.first,
        "site configuration that Flex Consumption knows",
    ),
    Mutation(
        "no setting that Flex Consumption has no more",
        "main.bicep",
        "      TELLTALE_STORE: 'tables'",
        "      FUNCTIONS_WORKER_RUNTIME: 'python'\n      TELLTALE_STORE: 'tables'",
        play.first,
        "settings that Flex Consumption has no more",
    ),
    Mutation(
        "an etag of saved searches",
        MODULES + "content.bicep",
        "  etag: '*'\n",
        "",
        play.again,
        "saved searches are written again with an etag",
    ),
    Mutation(
        "saved searches by batches of one",
        MODULES + "content.bicep",
        "@batchSize(1)",
        "",
        play.first,
        SEARCHES,
    ),
    Mutation(
        "queries after parsers",
        MODULES + "content.bicep",
        "    dependsOn: [\n      parser\n    ]",
        "    dependsOn: [\n      table\n    ]",
        play.first,
        SEARCHES,
    ),
    Mutation(
        "the subscription in the name of the role that uses the rule",
        MODULES + "useOfRule.bicep",
        "(${name}, ${subscription().subscriptionId})",
        "(${name})",
        play.two_collectors,
        UNIQUE,
    ),
    Mutation(
        "the subscription in the name of the role that restores settings",
        MODULES + "restoring.bicep",
        "(${name}, ${subscription().subscriptionId})",
        "(${name})",
        play.two_collectors,
        UNIQUE,
    ),
    Mutation(
        "the principal in the name of the reader's assignment",
        MODULES + "logSettingsReader.bicep",
        "subscription().id, principalId,",
        "subscription().id,",
        play.group_deleted,
        PRINCIPAL,
    ),
    Mutation(
        "the principal in the name of the writer's assignment",
        MODULES + "settingsWriter.bicep",
        "subscription().id, principalId,",
        "subscription().id,",
        play.policy_deleted,
        PRINCIPAL,
    ),
    Mutation(
        "the principal in the name of the rule's assignment",
        MODULES + "ruleAssignment.bicep",
        "rule.id, principalId,",
        "rule.id,",
        play.policy_deleted,
        PRINCIPAL,
    ),
    Mutation(
        "the near-real-time rule asks a union",
        "kql/rules.json",
        "union isfuzzy=true TelltaleAlerts_CL\\n| where EventSeverity",
        "TelltaleAlerts_CL\\n| where EventSeverity",
        play.first,
        READS,
    ),
    Mutation(
        "rules name the table and not the function",
        "kql/rules.json",
        "let TelltaleAlerts = union isfuzzy=true (TelltaleAlerts_CL | extend IngestedAt = ingestion_time())\\n"
        "| summarize arg_min(IngestedAt, *) by EventUid;\\n",
        "",
        play.first,
        READS,
    ),
    Mutation(
        "the right to list keys on one rule",
        MODULES + "ruleAssignment.bicep",
        "  scope: rule\n",
        "",
        play.one_rule_only,
        "keys of the one rule may be listed, of no other",
    ),
    Mutation(
        "the policy's condition on the region",
        SUBSCRIPTION,
        "                in: [\n                  hubLocation\n                  'global'\n                ]",
        "                notEquals: 'nowhere'",
        play.resource_elsewhere,
        "a hub of the resource's region",
    ),
    Mutation(
        "the collector's own account left out",
        SUBSCRIPTION,
        "notContains: collectorStorage",
        "notContains: 'nothing'",
        play.own_resources,
        "the collector does not stream to itself",
    ),
    Mutation(
        "the collector's own app left out",
        SUBSCRIPTION,
        "notContains: collector\n",
        "notContains: 'nothing'\n",
        play.own_resources,
        "the collector does not stream to itself",
    ),
    Mutation(
        "the policy's right in the hub's subscription",
        SUBSCRIPTION,
        "  scope: subscription(split(ruleId, '/')[2])\n",
        "",
        play.second_subscription,
        "groups exist before what is in them",
    ),
    Mutation(
        "an identity of the policy",
        SUBSCRIPTION,
        "  identity: {\n    type: 'SystemAssigned'\n  }\n",
        "",
        play.watch,
        "the identity of an assignment",
    ),
    Mutation(
        "the hub's name in the setting of the activity log",
        SUBSCRIPTION,
        "    eventHubName: hubNames[0]\n",
        "",
        play.watch,
        "a setting names its hub",
    ),
    Mutation(
        "the name of Telltale in the deployment of the reader",
        "main.bicep",
        "'telltale-log-settings-reader-${name}-${region}'",
        "'telltale-log-settings-reader'",
        play.two_regions,
        REGION,
    ),
    Mutation(
        "the region in the deployment of the rule's use",
        SUBSCRIPTION,
        "-uses-rule-${take(subscription().subscriptionId, 8)}-${region}'",
        "-uses-rule'",
        play.watched_from_elsewhere,
        REGION,
    ),
    Mutation(
        "a list of the retentions that there are",
        "main.bicep",
        "  730\n  1095\n",
        "  730\n  800\n  1095\n",
        play.wrong_retention,
        "nothing is created before: retention of a table",
    ),
    Mutation(
        "the data collection rule beside its workspace",
        "main.bicep",
        "    location: toLower(replace(workspaceLocation, ' ', ''))",
        "    location: location",
        play.workspace_elsewhere,
        "a data collection rule in its workspace's region",
    ),
    Mutation(
        "24 characters of the account's name",
        "main.bicep",
        "take('st${name}${suffix}', 24)",
        "'st${name}${suffix}'",
        play.longest_name,
        "names of resources",
    ),
    Mutation(
        "the region without spaces in names of deployments",
        "main.bicep",
        "toLower(replace(deployment().location, ' ', ''))",
        "deployment().location",
        play.region_with_a_space,
        "names of resources",
    ),
    Mutation(
        "the data collection rule's region without spaces",
        "main.bicep",
        "toLower(replace(workspaceLocation, ' ', ''))",
        "workspaceLocation",
        play.region_with_a_space,
        "the data collection rule has its region as Azure writes it",
    ),
    Mutation(
        "a short name of the action group",
        MODULES + "monitoring.bicep",
        "    groupShortName: groupShortName",
        "    groupShortName: 'ag-${groupShortName}'",
        play.longest_name,
        "short name of an action group",
    ),
    Mutation(
        "no inflation on Premium",
        MODULES + "eventhubs.bicep",
        "sku == 'Standard' && ",
        "",
        play.premium,
        "automatic inflation",
    ),
    Mutation(
        "the app's subnet delegated to Flex Consumption",
        MODULES + "network.bicep",
        "Microsoft.App/environments",
        "Microsoft.Web/serverFarms",
        play.private,
        "providers are registered",
    ),
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
def test_the_infrastructure_as_it_is_passes_every_scenario(scenario: Callable[[Azure], None]) -> None:
    scenario(remediating())


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
