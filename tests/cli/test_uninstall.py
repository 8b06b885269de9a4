"""`telltale uninstall`: what it finds, what it deletes in which order, and what it leaves."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pytest

from cli.azure_cli import AzureCliFailed
from cli.uninstalling.finding import find
from cli.uninstalling.planning import plan
from cli.uninstalling.steps import Plan, Stage, Step
from cli.uninstalling.target import Target
from cli.uninstalling.workspace_content import TABLES
from tests.cli.shell import Output, Shell, one_line
from tests.cli.uninstalled import (
    ANSWERS,
    APP,
    BLOBS,
    GIVEN,
    HOME,
    HOME_ROLES,
    OWN,
    PLAYBOOK,
    RULE,
    SECOND,
    SOC,
    VAULT,
    WATCHED,
    Answers,
    answered,
    replaced,
    resource,
)
from tests.infra.reading import INFRA
from tests.infra.stand_in_az import StandInAz

BOTH = ("--subscription", HOME, "--subscription", WATCHED)


def planned(answers: Answers = ANSWERS, **options: Any) -> Plan:
    target = Target("telltale", options.pop("subscriptions", GIVEN), **options)
    return plan(target, find(target, lambda _: None, lambda command: answered(answers, command)))


def commands(of: Plan, stage: Stage | None = None) -> list[str]:
    return [" ".join(step.command) for step in of.steps if stage in (None, step.stage)]


def place(steps: Sequence[Step], words: str) -> int:
    return next(number for number, step in enumerate(steps) if words in " ".join(step.command))


def test_the_policy_goes_before_the_settings_that_it_would_turn_on_again_and_its_parts_by_dependency() -> (
    None
):
    steps = planned().steps
    order = [
        "roleAssignments/of-policy",
        "policy remediation delete --name telltale",
        "policy assignment delete --name telltale-telltale",
        "policy set-definition delete --name telltale-telltale",
        "policy definition delete --name telltale-telltale-key-vault",
        f"diagnostic-settings delete --name telltale-telltale --resource {VAULT}",
        "alertRules/high",
        "savedSearches/TelltaleAlerts",
        "group delete --name rg-telltale",
        "role definition delete --custom-role-only --name custom",
        "deployment sub delete --name main",
    ]
    places = [place(steps, words) for words in order]
    assert places == sorted(places)


def test_nothing_of_somebody_else_goes() -> None:
    everything = " ".join(commands(planned(tenant=True, tables=True)))
    for theirs in (
        "telltaletwo",
        "other",
        "/theirs",
        "/b2",
        "/mine",
        "of-two",
        "payroll",
        "Heartbeat",
        "of-person",
    ):
        assert theirs not in everything.replace("resourceGroups/other", ""), theirs


def test_settings_are_found_that_the_inventory_does_not_list_or_that_have_another_name() -> None:
    found = commands(planned(), Stage.SETTING)
    assert f"monitor diagnostic-settings delete --name telltale-StorageRead --resource {BLOBS}" in found
    subscription = "monitor diagnostic-settings subscription delete --name telltale-telltale --yes"
    assert f"{subscription} --subscription {WATCHED}" in found
    assert len(found) == 3


def test_roles_go_with_their_identities_also_those_of_an_identity_that_is_gone() -> None:
    ids = [step.command[-1].rpartition("/")[2] for step in planned().steps if step.stage is Stage.ROLE]
    assert sorted(ids) == ["of-app", "of-gone", "of-playbook", "of-policy", "of-policy-on-rule"]


def test_without_a_right_to_read_names_nobody_is_taken_for_gone() -> None:
    nameless = [{**one, "principalName": ""} for one in HOME_ROLES]
    steps = planned(replaced(("role assignment list", "--all", HOME), nameless))
    assert "of-gone" not in " ".join(commands(steps, Stage.ROLE))


def test_the_policys_right_on_the_sending_rule_goes_although_only_its_own_subscription_is_given() -> None:
    roles = " ".join(commands(planned(subscriptions=(WATCHED,)), Stage.ROLE))
    assert "of-policy-on-rule" in roles
    assert "of-app" not in roles


def test_the_workspace_is_known_from_the_data_collection_rule_and_its_rules_go_too() -> None:
    rest = [one for one in commands(planned()) if one.startswith("rest ")]
    security = f"{SOC}/providers/Microsoft.SecurityInsights"
    assert f"rest --method delete --url {security}/automationRules/by-tag?api-version=2025-09-01" in rest
    beside = SOC.partition("/providers")[0]
    assert [one for one in rest if f"{beside}/providers/Microsoft.Insights/workbooks/book?" in one]
    assert f"{SOC}/savedSearches/TelltaleAlerts?" in " ".join(rest)


def test_what_another_collector_shares_in_the_workspace_stays_and_is_said() -> None:
    own = answered(ANSWERS, ["resource list", HOME])
    shared = planned(
        replaced(("resource list", HOME), [*own, resource(SECOND, tags={"application": "telltale"})])
    )
    assert not [one for one in commands(shared) if "alertRules" in one or "savedSearches" in one]
    assert [one for one in commands(shared) if "automationRules/by-tag" in one]
    assert "rg-telltaletwo writes there too" in shared.left[0]


def test_tables_with_alerts_stay_unless_they_are_asked_for() -> None:
    assert not commands(planned(), Stage.TABLE)
    assert "TelltaleAlerts_CL" in " ".join(planned().left)
    assert len(commands(planned(tables=True), Stage.TABLE)) == len(TABLES) == 2


def test_the_tables_are_those_of_the_deployment() -> None:
    listed = json.loads((INFRA / "tables" / "tables.json").read_text("utf-8"))
    assert set(TABLES) == {table["name"] for table in listed}


def with_own_workspace() -> Answers:
    listed = [resource(APP), resource(PLAYBOOK), resource(RULE), resource(OWN)]
    return replaced(("resource list", HOME), listed)


def test_a_workspace_in_the_group_stays_with_its_tables() -> None:
    found = commands(planned(with_own_workspace()), Stage.RESOURCE)
    assert found == [f"resource delete --ids {APP} {PLAYBOOK} {RULE}"]


def test_a_workspace_in_the_group_goes_with_the_group_where_the_tables_are_asked_for() -> None:
    found = commands(planned(with_own_workspace(), tables=True), Stage.RESOURCE)
    assert found == [f"group delete --name rg-telltale --yes --subscription {HOME}"]


def test_the_tenant_is_left_alone_unless_it_is_asked_for() -> None:
    assert "aadiam" not in " ".join(commands(planned()))
    found = " ".join(commands(planned(tenant=True)))
    assert "/microsoft.aadiam/diagnosticSettings/telltale-telltale?" in found
    assert "roleAssignments/at-tenant" in found
    assert "deployment tenant delete --name tenant" in found


def test_a_delegation_is_only_said() -> None:
    assert "managedservices" not in " ".join(commands(planned()))
    assert "az managedservices assignment delete --assignment delegated" in " ".join(planned().left)


def test_a_resource_without_settings_is_no_matter_and_one_that_may_not_be_read_is_said() -> None:
    def ask(command: Sequence[str]) -> Any:
        if "list" in command and VAULT in command:
            raise AzureCliFailed(
                "(ResourceTypeNotSupported) The resource type does not support diagnostic settings."
            )
        if "list" in command and BLOBS in command:
            raise AzureCliFailed("(AuthorizationFailed) may not")
        return answered(ANSWERS, command)

    found = find(Target("telltale", GIVEN), lambda _: None, ask)
    assert found.unread == ["(AuthorizationFailed) may not"]
    assert VAULT not in found.subscriptions[1].settings


def test_a_policy_of_a_management_group_is_only_said() -> None:
    above = "/providers/Microsoft.Management/managementGroups/all/providers/Microsoft.Authorization/policyAssignments"
    entry = {"name": "telltale-telltale", "id": f"{above}/telltale-telltale"}
    found = planned(replaced(("policy assignment list", WATCHED), [entry]))
    assert not commands(found, Stage.ASSIGNMENT)
    assert above in " ".join(found.left)


@pytest.fixture
def deployed(az: StandInAz) -> StandInAz:
    for words, answer in ANSWERS:
        az.answer(*words, output=json.dumps(answer))
    return az


def deleted(az: StandInAz) -> list[list[str]]:
    return [call for call in az.asked if "delete" in call]


def test_it_says_what_it_will_do_and_does_it(telltale: Shell, deployed: StandInAz) -> None:
    status, out, err = telltale("uninstall", *BOTH, "--yes")
    assert status == 0, err
    assert [tuple(call) for call in deleted(deployed)] == [step.command for step in planned().steps]
    assert f"resource group rg-telltale of {HOME}, with 3 resources" in " ".join(out.split())
    assert "left: the tables TelltaleAlerts_CL" in err


def test_a_dry_run_deletes_nothing_and_prints_the_commands(telltale: Shell, deployed: StandInAz) -> None:
    status, out, _ = telltale("uninstall", *BOTH, "--dry-run", "--tenant")
    assert status == 0
    assert deleted(deployed) == []
    assert f"az group delete --name rg-telltale --yes --subscription {HOME}\n" in out
    assert "microsoft.aadiam/diagnosticSettings/telltale-telltale" in out
    assert all(line.startswith("az ") for line in out.splitlines())


@pytest.mark.parametrize(("typed", "goes"), [("yes\n", True), ("no\n", False), ("", False)])
def test_it_asks_and_only_yes_is_yes(
    telltale: Shell, deployed: StandInAz, monkeypatch: pytest.MonkeyPatch, typed: str, goes: bool
) -> None:
    terminal = io.StringIO(typed)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    status, _, err = telltale("uninstall")
    assert bool(deleted(deployed)) is goes
    assert status == (0 if goes else 2)
    assert "Type yes: " in err


def test_where_nobody_can_be_asked_nothing_is_deleted(
    telltale: Shell, deployed: StandInAz, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    status, _, err = telltale("uninstall")
    assert status == 2
    assert err.splitlines()[-1] == "telltale: nothing was deleted: --yes is needed where nobody can be asked"
    assert deleted(deployed) == []


def test_a_failure_stops_before_what_depends_on_it_and_the_same_again_goes_on(
    telltale: Shell, az: StandInAz
) -> None:
    az.answer("policy set-definition delete", output="ERROR: (ScopeLocked) locked", status=1)
    for words, answer in ANSWERS:
        az.answer(*words, output=json.dumps(answer))
    status, _, err = telltale("uninstall", *BOTH, "--yes")
    assert status == 1
    assert "(ScopeLocked) locked" in err
    assert "stopped at policy set" in err
    assert not [call for call in deleted(az) if call[:2] == ["policy", "definition"] or call[0] == "group"]
    az.forget()
    gone = [(words, answer) for words, answer in ANSWERS if words[0] != "policy assignment list"]
    for words, answer in gone:
        az.answer(*words, output=json.dumps(answer))
    before = len(deleted(az))
    status, _, err = telltale("uninstall", *BOTH, "--yes")
    assert status == 0, err
    again = [" ".join(call) for call in deleted(az)[before:]]
    assert not [call for call in again if call.startswith("policy assignment")]
    assert again[-1].startswith("deployment ")
    assert [call for call in again if call.startswith("group delete")]


def test_what_went_meanwhile_is_no_failure(telltale: Shell, az: StandInAz) -> None:
    az.answer("policy definition delete", output="ERROR: (PolicyDefinitionNotFound) gone", status=1)
    for words, answer in ANSWERS:
        az.answer(*words, output=json.dumps(answer))
    assert telltale("uninstall", *BOTH, "--yes")[0] == 0


def test_what_may_not_be_read_is_said_and_fails_the_run(telltale: Shell, az: StandInAz) -> None:
    az.answer("role definition list", output="ERROR: (AuthorizationFailed) may not", status=1)
    for words, answer in ANSWERS:
        az.answer(*words, output=json.dumps(answer))
    status, _, err = telltale("uninstall", "--yes")
    assert status == 1
    assert "not read: " in err
    assert "(AuthorizationFailed) may not" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--name", "Not A Name"), "'Not A Name' is no name of a deployment"),
        (("--nmae", "x"), "--nmae"),
        (("--workspace",), "--workspace"),
        (("--workspace", "log-telltale"), "'log-telltale' is no resource id of a workspace"),
        (("--yes", "--dry-run"), "give one of them"),
    ],
)
def test_wrong_use_is_one_line_and_asks_nobody(
    telltale: Shell, deployed: StandInAz, arguments: tuple[str, ...], words: str
) -> None:
    assert words in one_line(telltale("uninstall", *arguments))
    assert deployed.asked == []


def test_a_subscription_without_it_is_said(telltale: Shell, az: StandInAz) -> None:
    az.answer("account show", output=json.dumps({"id": HOME}))
    refused: Output = telltale("uninstall", "--name", "nothere", "--yes")
    assert f"nothing of a deployment named nothere is in {HOME}" in one_line(refused)
    assert deleted(az) == []


def test_a_subscription_that_az_does_not_know_is_one_line(telltale: Shell, az: StandInAz) -> None:
    az.answer("account show", output="ERROR: The subscription of 'x' doesn't exist", status=1)
    assert "The subscription of 'x' doesn't exist" in one_line(telltale("uninstall", "--subscription", "x"))
