"""Deployments, played: the first time, the second time, by each role, in two subscriptions, after a deletion."""

from __future__ import annotations

from typing import Any

import pytest

from lab.azure.resource_manager.azure import Azure, Refused
from lab.azure.resource_manager.service import delete
from tests.infra.deploying import (
    ONE,
    OWNER,
    PROFILES,
    TWO,
    caller,
    collector,
    kinds_of_change,
    profile,
    telemetry,
)


@pytest.fixture
def azure() -> Azure:
    return Azure([ONE, TWO])


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_deploys_from_nothing_and_again_without_a_change(azure: Azure, name: str) -> None:
    report = collector(azure, **profile(name))
    assert report.outputs["statusPage"].startswith("https://func-telltale-")
    assert kinds_of_change(azure) == {"Create"}
    assert collector(azure, **profile(name)).outputs == report.outputs
    assert kinds_of_change(azure) == {"NoChange"}


@pytest.mark.parametrize("name", PROFILES)
def test_the_telemetry_of_a_subscription_deploys_and_again_without_a_change(azure: Azure, name: str) -> None:
    rule = collector(azure, **profile(name) | {"azureMonitorKeys": True}).outputs["azureMonitorRuleId"]
    kinds_of_change(azure)
    telemetry(azure, rule, profile=name.upper())
    assert kinds_of_change(azure) == {"Create"}
    telemetry(azure, rule, profile=name.upper())
    assert kinds_of_change(azure) == {"NoChange"}


def test_one_parameter_changes_what_it_is_about_and_nothing_else(azure: Azure) -> None:
    collector(azure, hubRetentionHours=72)
    kinds_of_change(azure)
    collector(azure, hubRetentionHours=96)
    changed = [
        change.id.rpartition("/providers/")[2] for change in azure.changes if change.kind != "NoChange"
    ]
    assert [name.split("/")[1:] for name in changed] == [
        ["namespaces", azure_name(azure, "Microsoft.EventHub/namespaces"), "eventhubs", "telemetry"]
    ]


def azure_name(azure: Azure, kind: str) -> str:
    (found,) = azure.of_type(kind)
    return found.name


def test_another_number_of_partitions_is_refused_by_standard_and_the_hub_stays(azure: Azure) -> None:
    collector(azure, hubPartitions=4)
    with pytest.raises(Refused, match="PartitionCount cannot be changed from 4 to 8"):
        collector(azure, hubPartitions=8)
    (hub,) = azure.of_type("Microsoft.EventHub/namespaces/eventhubs")
    assert hub.properties["partitionCount"] == 4


def test_profile_after_profile_keeps_the_hubs_and_their_partitions(azure: Azure) -> None:
    """A larger profile has more partitions, which a hub that stands cannot get: they stay those of the first."""
    first = profile("a")["hubPartitions"]
    for name in PROFILES:
        before = {one.id for one in azure.of_type("Microsoft.EventHub/namespaces/eventhubs")}
        collector(azure, **profile(name) | {"hubPartitions": first})
        after = {one.id: one for one in azure.of_type("Microsoft.EventHub/namespaces/eventhubs")}
        assert before <= set(after)
        assert {one.properties["partitionCount"] for one in after.values()} == {first}
    with pytest.raises(Refused, match="PartitionCount cannot be changed"):
        collector(azure, **profile("c"))


def test_a_second_subscription_streams_to_the_hubs_of_the_first(azure: Azure) -> None:
    rule = collector(azure, azureMonitorKeys=True).outputs["azureMonitorRuleId"]
    for subscription in (ONE, TWO):
        telemetry(azure, rule, subscription)
    for assignment in azure.of_type("Microsoft.Authorization/policyAssignments"):
        principal = assignment.body["identity"]["principalId"]
        held = [
            (one.id, azure.role(str(one.properties["roleDefinitionId"])))
            for one in azure.of_type("Microsoft.Authorization/roleAssignments")
            if one.properties["principalId"] == principal
        ]
        keys = "Microsoft.EventHub/namespaces/authorizationRules/listKeys/action"
        may = [identity for identity, role in held if role is not None and role.allows(keys)]
        assert [identity.lower().startswith(rule.lower() + "/") for identity in may] == [True]


def test_two_collectors_of_one_tenant_have_roles_of_their_own(azure: Azure) -> None:
    for subscription in (ONE, TWO):
        report = collector(azure, subscription, azureMonitorKeys=True)
        telemetry(azure, report.outputs["azureMonitorRuleId"], subscription)
    names = [one.properties["roleName"] for one in azure.of_type("Microsoft.Authorization/roleDefinitions")]
    assert len(names) == len(set(names)) == 2


def test_playbooks_are_switched_on_later(azure: Azure) -> None:
    collector(azure, azureMonitorKeys=True)
    principal = azure.new_principal()
    report = collector(azure, azureMonitorKeys=True, playbooksPrincipalId=principal, neverDisable=["X"])
    assert [one["name"] for one in report.outputs["playbooks"]] == [
        "revoke-sessions", "remove-credential", "restore-setting",
    ]  # fmt: skip
    kinds_of_change(azure)
    collector(azure, azureMonitorKeys=True, playbooksPrincipalId=principal, neverDisable=["X"])
    assert kinds_of_change(azure) == {"NoChange"}


@pytest.mark.parametrize(
    "parameters",
    [{}, {"azureMonitorKeys": True, "playbooksPrincipalId": "p"}, {"privateNetwork": True}],
    ids=["plain", "playbooks", "private"],
)
def test_after_the_group_was_deleted_by_hand_it_deploys_again(
    azure: Azure, parameters: dict[str, Any]
) -> None:
    azure.register(ONE, "Microsoft.App")
    report = collector(azure, **parameters)
    delete(azure, f"/subscriptions/{ONE}/resourceGroups/{report.outputs['resourceGroup']}", OWNER)
    again = collector(azure, **parameters)
    assert again.outputs["identityPrincipalId"] != report.outputs["identityPrincipalId"]


ROLES_THAT_DEPLOY = [
    ("Owner",),
    ("Contributor", "Role Based Access Control Administrator"),
    ("Contributor", "User Access Administrator"),
]


@pytest.mark.parametrize("roles", ROLES_THAT_DEPLOY, ids=" and ".join)
def test_each_documented_role_deploys_the_collector(azure: Azure, roles: tuple[str, ...]) -> None:
    collector(azure, by=caller(*roles), azureMonitorKeys=True)
    assert kinds_of_change(azure) == {"Create"}


@pytest.mark.parametrize("roles", [("Contributor",), ("Reader",)], ids=" and ".join)
def test_a_role_that_is_not_enough_is_refused(azure: Azure, roles: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="AuthorizationFailed"):
        collector(azure, by=caller(*roles))


TELEMETRY_ROLES = [("Owner",), ("Contributor", "User Access Administrator", "Resource Policy Contributor")]


@pytest.mark.parametrize("roles", TELEMETRY_ROLES, ids=" and ".join)
def test_each_documented_role_turns_the_telemetry_on(azure: Azure, roles: tuple[str, ...]) -> None:
    rule = collector(azure, azureMonitorKeys=True).outputs["azureMonitorRuleId"]
    telemetry(azure, rule, by=caller(*roles))


def test_the_telemetry_takes_more_than_the_collector_does(azure: Azure) -> None:
    rule = collector(azure, azureMonitorKeys=True).outputs["azureMonitorRuleId"]
    with pytest.raises(Refused, match=r"roleDefinitions/write|policyDefinitions/write"):
        telemetry(azure, rule, by=caller("Contributor", "Role Based Access Control Administrator"))
