"""What the assigned policies do: which resources get their setting, in which region, with which rights."""

from __future__ import annotations

from typing import Any

import pytest

from lab.azure.resource_manager.azure import Azure, Refused
from lab.azure.resource_manager.policy import remediate
from lab.azure.resource_manager.service import delete
from tests.infra.deploying import ONE, OWNER, TWO, collector, resource, telemetry

VAULT = "Microsoft.KeyVault/vaults"
ACCOUNT = "Microsoft.Storage/storageAccounts"


@pytest.fixture
def azure() -> Azure:
    azure = Azure([ONE, TWO])
    for subscription in (ONE, TWO):
        azure.register(subscription, "Microsoft.PolicyInsights")
    return azure


def sending_rule(azure: Azure, **parameters: Any) -> str:
    return str(collector(azure, azureMonitorKeys=True, **parameters).outputs["azureMonitorRuleId"])


def test_a_resource_of_the_hubs_region_streams_and_one_elsewhere_is_left_alone(azure: Azure) -> None:
    rule = sending_rule(azure)
    telemetry(azure, rule)
    here = resource(azure, VAULT, "here", "West Europe")
    resource(azure, VAULT, "elsewhere", "northeurope")
    anywhere = resource(azure, "Microsoft.Automation/automationAccounts", "anywhere", "global")
    found = remediate(azure, ONE)
    assert (sorted(found.done), found.failed) == (sorted([here, anywhere]), {})
    setting = azure.get(f"{here}/providers/Microsoft.Insights/diagnosticSettings/telltale-telltale")
    assert setting is not None
    assert setting.properties["eventHubAuthorizationRuleId"] == rule
    assert setting.properties["eventHubName"] == "telemetry"
    assert [one["category"] for one in setting.properties["logs"]] == ["AuditEvent"]


def test_each_region_has_its_namespace_and_policies_and_every_resource_streams(azure: Azure) -> None:
    vaults = {region: resource(azure, VAULT, region, region) for region in ("westeurope", "northeurope")}
    rules = {
        "westeurope": sending_rule(azure),
        "northeurope": sending_rule(azure, deployment="north", name="north", location="northeurope"),
    }
    for name, region in (("telltale", "westeurope"), ("north", "northeurope")):
        telemetry(azure, rules[region], name=name, location=region)
    found = remediate(azure, ONE)
    assert sorted(found.done) == sorted(vaults.values())
    for region, vault in vaults.items():
        (setting,) = azure.below(vault, "Microsoft.Insights/diagnosticSettings")
        assert setting.properties["eventHubAuthorizationRuleId"] == rules[region]


def test_blob_services_have_no_region_of_their_own_so_those_elsewhere_are_tried_and_refused(
    azure: Azure,
) -> None:
    telemetry(azure, sending_rule(azure))
    for name, region in (("stone", "westeurope"), ("sttwo", "northeurope")):
        resource(azure, ACCOUNT, name, region)
    here, elsewhere = (
        resource(azure, f"{ACCOUNT}/blobServices", f"{name}/default", "") for name in ("stone", "sttwo")
    )
    found = remediate(azure, ONE)
    assert found.done == [here]
    assert [(one, refused.rule) for one, refused in found.failed.items()] == [
        (elsewhere, "a hub of the resource's region")
    ]


def test_the_collectors_own_resources_never_stream_to_it(azure: Azure) -> None:
    telemetry(azure, sending_rule(azure), profile="C")
    app = resource(azure, "Microsoft.Web/sites", "shop", "westeurope", body={"kind": "functionapp,linux"})
    assert remediate(azure, ONE).done == [app]


def test_function_apps_and_web_apps_get_different_settings(azure: Azure) -> None:
    telemetry(azure, sending_rule(azure), profile="B")
    for name, kind in (("functions", "functionapp,linux"), ("web", "app,linux")):
        resource(azure, "Microsoft.Web/sites", name, "westeurope", body={"kind": kind})
    remediate(azure, ONE)
    categories = {
        one.id.split("/sites/")[1].split("/")[0]: one.properties["logs"][0]["category"]
        for one in azure.of_type("Microsoft.Insights/diagnosticSettings")
        if "/sites/" in one.id
    }
    assert categories == {"functions": "FunctionAppLogs", "web": "AppServiceHTTPLogs"}


def test_a_second_subscription_streams_to_the_hubs_of_the_first(azure: Azure) -> None:
    rule = sending_rule(azure)
    for subscription in (ONE, TWO):
        telemetry(azure, rule, subscription)
    vault = resource(azure, VAULT, "second", "westeurope", TWO)
    found = remediate(azure, TWO)
    assert (found.done, found.failed) == ([vault], {})


def test_without_the_right_on_the_rule_nothing_streams_and_it_says_why(azure: Azure) -> None:
    rule = sending_rule(azure)
    telemetry(azure, rule, TWO)
    vault = resource(azure, VAULT, "second", "westeurope", TWO)
    for one in list(azure.below(rule, "Microsoft.Authorization/roleAssignments")):
        delete(azure, one.id, OWNER)
    assert remediate(azure, TWO).failed[vault].rule == "the keys of a setting's rule"


def test_remediation_takes_a_provider_that_no_deployment_registers(azure: Azure) -> None:
    azure = Azure([ONE])
    telemetry(azure, sending_rule(azure))
    with pytest.raises(Refused, match=r"not registered to use namespace 'Microsoft.PolicyInsights'"):
        remediate(azure, ONE)


def test_after_the_group_was_deleted_by_hand_telemetry_streams_again_once_both_were_deployed(
    azure: Azure,
) -> None:
    rule = sending_rule(azure)
    telemetry(azure, rule)
    vault = resource(azure, VAULT, "here", "westeurope")
    delete(azure, f"/subscriptions/{ONE}/resourceGroups/rg-telltale", OWNER)
    assert remediate(azure, ONE).failed[vault].rule == "the hub of a setting is there"
    assert sending_rule(azure) == rule
    assert remediate(azure, ONE).failed[vault].rule == "the keys of a setting's rule"
    telemetry(azure, rule)
    found = remediate(azure, ONE)
    assert (found.done, found.failed) == ([vault], {})


def test_a_setting_that_somebody_else_has_for_the_same_category_and_hub_is_refused(azure: Azure) -> None:
    """Two Telltales of one name would write the same setting; of two names on one hub, the second is refused."""
    rule = sending_rule(azure)
    telemetry(azure, rule)
    with pytest.raises(Refused, match="already used in diagnostic setting 'telltale-telltale'"):
        telemetry(azure, rule, name="another")
