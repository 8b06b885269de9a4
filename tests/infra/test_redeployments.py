"""Deployments of what was there before: on a fresh subscription, moved, deleted by hand, uninstalled, many of them."""

from __future__ import annotations

from typing import Any

import pytest

from lab.azure.resource_manager.azure import Azure, Caller, Refused
from lab.azure.resource_manager.policy import remediate
from lab.azure.resource_manager.service import delete
from lab.azure.resource_manager.template import deploy
from lab.azure.resource_manager.values import Place
from tests.infra.deploying import (
    INFRA,
    ONE,
    OWNER,
    PROFILES,
    TWO,
    collector,
    kinds_of_change,
    profile,
    resource,
    telemetry,
    what_if,
)


@pytest.fixture
def azure() -> Azure:
    return Azure([ONE, TWO])


# A fresh subscription: what registers itself, and what does not


def test_a_fresh_subscription_has_the_providers_of_the_template_registered_by_the_deployment(
    azure: Azure,
) -> None:
    collector(azure)
    assert {"microsoft.web", "microsoft.eventhub", "microsoft.storage", "microsoft.securityinsights"} <= (
        azure.subscriptions[ONE].registered
    )


def test_a_private_network_takes_a_provider_that_no_deployment_registers(azure: Azure) -> None:
    with pytest.raises(Refused, match=r"not registered to use namespace 'Microsoft\.App'"):
        collector(azure, privateNetwork=True)
    azure.register(ONE, "Microsoft.App")
    collector(azure, privateNetwork=True)
    kinds_of_change(azure)
    assert what_if(azure, privateNetwork=True) == {"NoChange"}


def test_who_owns_a_group_only_cannot_register_and_deploys_once_somebody_has(azure: Azure) -> None:
    resource(azure, "Microsoft.KeyVault/vaults", "vault", "westeurope")
    group_owner = Caller("owner of a group", {f"/subscriptions/{ONE}/resourceGroups/rg-apps": ("Owner",)})
    identity = INFRA / "modules" / "identity.bicep"
    given = {"name": "id-telltale", "location": "westeurope", "tags": {}}
    with pytest.raises(Refused, match=r"not registered to use namespace 'Microsoft\.ManagedIdentity'"):
        deploy(identity, azure, Place(ONE, "rg-apps"), group_owner, given)
    azure.register(ONE, "Microsoft.ManagedIdentity")
    deploy(identity, azure, Place(ONE, "rg-apps"), group_owner, given)


def test_lighthouse_takes_a_provider_that_no_deployment_registers(azure: Azure) -> None:
    given = {"managingTenantId": ONE, "operatorsGroupId": TWO}
    collector(azure)
    with pytest.raises(Refused, match=r"not registered to use namespace 'Microsoft\.ManagedServices'"):
        deploy(INFRA / "lighthouse.bicep", azure, Place(ONE), OWNER, given, name="lighthouse")
    azure.register(ONE, "Microsoft.ManagedServices")
    deploy(INFRA / "lighthouse.bicep", azure, Place(ONE), OWNER, given, name="lighthouse")


# Again


@pytest.mark.parametrize("name", PROFILES)
def test_a_what_if_of_an_unchanged_deployment_shows_no_change_and_makes_none(azure: Azure, name: str) -> None:
    assert what_if(azure, **profile(name)) == {"Create"}
    assert not azure.resources
    collector(azure, **profile(name))
    assert what_if(azure, **profile(name)) == {"NoChange"}


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ({}, {"location": "northeurope", "deployment": "north"}, "a resource keeps its region"),
        ({}, {"location": "northeurope"}, "a deployment's name keeps its region"),
        ({}, {"hubSku": "Premium"}, "a namespace keeps its tier"),
        ({}, {"hubSku": "Premium", "hubCapacity": 3, "name": "other"}, "units of a namespace"),
        (
            {"storageSku": "Standard_LRS"},
            {"storageSku": "Standard_ZRS"},
            "zone redundancy of a storage account",
        ),
    ],
    ids=["region", "name", "tier", "units", "zones"],
)
def test_what_cannot_be_changed_is_refused_with_its_reason(
    azure: Azure, before: dict[str, Any], after: dict[str, Any], rule: str
) -> None:
    collector(azure, **before)
    kinds_of_change(azure)
    with pytest.raises(Refused) as refused:
        collector(azure, **after)
    assert refused.value.rule == rule
    assert "Modify" not in kinds_of_change(azure)


# Many customers in one tenant


def test_customers_of_one_subscription_and_of_others_share_nothing(azure: Azure) -> None:
    made: dict[str, set[str]] = {}
    for subscription, name in ((ONE, "telltale"), (ONE, "fabrikam"), (TWO, "telltale")):
        before = set(azure.resources)
        report = collector(
            azure, subscription, deployment=name, name=name, customer=name, azureMonitorKeys=True
        )
        rule = report.outputs["azureMonitorRuleId"]
        telemetry(azure, rule, subscription, name=name)
        made[f"{subscription} {name}"] = set(azure.resources) - before
    assert kinds_of_change(azure) == {"Create"}
    assert len(set.union(*made.values())) == sum(map(len, made.values()))


# Removed, and back


def test_the_workspace_of_a_deleted_group_is_kept_and_comes_back_in_its_region_only(azure: Azure) -> None:
    collector(azure)
    delete(azure, f"/subscriptions/{ONE}/resourceGroups/rg-telltale", OWNER)
    with pytest.raises(Refused, match=r"log-telltale' is not unique: it was deleted in 'westeurope'"):
        collector(azure, deployment="north", location="northeurope")
    delete(azure, f"/subscriptions/{ONE}/resourceGroups/rg-telltale", OWNER)
    collector(azure)


def by_type(azure: Azure, *kinds: str) -> list[str]:
    return [one.id for kind in kinds for one in azure.of_type(f"Microsoft.Authorization/{kind}")]


def test_what_is_in_use_is_not_deleted_and_the_order_of_an_uninstall_is(azure: Azure) -> None:
    azure.register(ONE, "Microsoft.PolicyInsights")
    rule = collector(azure, azureMonitorKeys=True, playbooksPrincipalId="p").outputs["azureMonitorRuleId"]
    telemetry(azure, rule)
    vault = resource(azure, "Microsoft.KeyVault/vaults", "kept", "westeurope")
    remediate(azure, ONE)
    order = (
        by_type(azure, "policyAssignments"),
        by_type(azure, "policySetDefinitions"),
        by_type(azure, "policyDefinitions"),
        by_type(azure, "roleAssignments"),
        by_type(azure, "roleDefinitions"),
    )
    for kind in (1, 2, 4):
        with pytest.raises(Refused, match="is used by"):
            delete(azure, order[kind][0], OWNER)
    for one in (*order[0], *order[1], *order[2], *order[3], *order[4]):
        delete(azure, one, OWNER)
    for setting in list(azure.of_type("Microsoft.Insights/diagnosticSettings")):
        delete(azure, setting.id, OWNER)
    delete(azure, f"/subscriptions/{ONE}/resourceGroups/rg-telltale", OWNER)
    assert sorted(azure.resources) == sorted([vault.lower(), vault.lower().split("/providers/")[0]])

    kinds_of_change(azure)
    rule = collector(azure, azureMonitorKeys=True, playbooksPrincipalId="p").outputs["azureMonitorRuleId"]
    telemetry(azure, rule)
    assert "Modify" not in kinds_of_change(azure)
    assert remediate(azure, ONE).done == [vault]


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("Microsoft.EventHub/namespaces", False),
        ("Microsoft.Web/serverfarms", True),
        ("Microsoft.Network/virtualNetworks", True),
        ("Microsoft.Network/privateDnsZones", True),
    ],
)
def test_which_resource_others_hold_back(azure: Azure, kind: str, refused: bool) -> None:
    azure.register(ONE, "Microsoft.App")
    telemetry(
        azure, collector(azure, azureMonitorKeys=True, privateNetwork=True).outputs["azureMonitorRuleId"]
    )
    found = next(iter(azure.of_type(kind)))
    if refused:
        with pytest.raises(Refused, match="is used by"):
            delete(azure, found.id, OWNER)
    else:
        delete(azure, found.id, OWNER)
    assert (azure.get(found.id) is not None) == refused


def test_roles_that_were_left_behind_do_not_stop_the_next_deployment(azure: Azure) -> None:
    """`azd down` deletes the group, and neither roles nor policies of the subscription."""
    telemetry(azure, collector(azure, azureMonitorKeys=True).outputs["azureMonitorRuleId"])
    delete(azure, f"/subscriptions/{ONE}/resourceGroups/rg-telltale", OWNER)
    left = by_type(azure, "roleDefinitions", "roleAssignments", "policyAssignments")
    telemetry(azure, collector(azure, azureMonitorKeys=True).outputs["azureMonitorRuleId"])
    assert set(left) < set(by_type(azure, "roleDefinitions", "roleAssignments", "policyAssignments"))
