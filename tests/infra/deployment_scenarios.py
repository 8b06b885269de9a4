"""Short stories of deployments, each with an end that must hold: what a repair that is taken back breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from lab.azure.resource_manager.azure import Azure, Refused
from lab.azure.resource_manager.policy import remediate
from lab.azure.resource_manager.service import delete
from tests.infra.deploying import ONE, OWNER, TWO, collector, resource, telemetry, what_if

VAULT: Final = "Microsoft.KeyVault/vaults"


def remediating() -> Azure:
    """Two subscriptions in which policies may be remediated."""
    azure = Azure([ONE, TWO])
    for subscription in (ONE, TWO):
        azure.register(subscription, "Microsoft.PolicyInsights")
    return azure


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


def first(azure: Azure) -> None:
    collector(azure, azureMonitorKeys=True, alertEmails=["soc@contoso.example"])


def again(azure: Azure) -> None:
    collector(azure)
    hold("a second time changes nothing", what_if(azure) == {"NoChange"})


def longest_name(azure: Azure) -> None:
    where: dict[str, Any] = {"name": "abcdefghijkl", "location": "australiasoutheast"}
    made = collector(
        azure,
        **where,
        azureMonitorKeys=True,
        playbooksPrincipalId="sentinel",
        alertEmails=["soc@contoso.example"],
    )
    telemetry(azure, str(made.outputs["azureMonitorRuleId"]), **where)


def region_with_a_space(azure: Azure) -> None:
    where: dict[str, Any] = {"location": "West Europe"}
    made = collector(azure, **where, azureMonitorKeys=True, playbooksPrincipalId="sentinel")
    telemetry(azure, str(made.outputs["azureMonitorRuleId"]), **where)
    here = resource(azure, VAULT, "here", "westeurope")
    hold("what is in the hub's region streams", remediate(azure, ONE).done == [here])
    rules = list(azure.of_type("Microsoft.Insights/dataCollectionRules"))
    hold(
        "the data collection rule has its region as Azure writes it",
        rules[0].body["location"] == "westeurope",
    )


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
    first, again, longest_name, region_with_a_space, premium, private, workspace_elsewhere, wrong_retention, watch,
    two_collectors, two_regions, watched_from_elsewhere, group_deleted, policy_deleted, resource_elsewhere,
    own_resources, second_subscription, one_rule_only,
)  # fmt: skip
