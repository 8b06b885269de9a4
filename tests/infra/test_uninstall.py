"""Removal: what it deletes, in which order, and that it leaves the tables."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.infra.reading import INFRA
from tests.infra.stand_in_az import StandInAz

OWN = "/subscriptions/s/resourceGroups/rg-telltale/providers/Microsoft.OperationalInsights/workspaces/log-telltale"
VAULT = "/subscriptions/s/resourceGroups/other/providers/Microsoft.KeyVault/vaults/secrets"


@pytest.fixture
def az(tmp_path: Path) -> StandInAz:
    stand_in = StandInAz(tmp_path)
    stand_in.answer("group exists", output="true")
    stand_in.answer("policy assignment list", output="telltale-telltale")
    stand_in.answer("policy assignment show", output="policy-principal")
    stand_in.answer("role assignment list", "policy-principal", output="role-of-policy")
    stand_in.answer("role assignment list", "app-principal", output="role-of-app")
    stand_in.answer("policy definition list", output="telltale-telltale-key-vault")
    stand_in.answer("diagnostic-settings list", VAULT, output="telltale-telltale")
    stand_in.answer("identity show", output="app-principal")
    stand_in.answer("cloud show", output="https://manage.example/")
    stand_in.answer("--method get", "savedSearches", output="TelltaleAlerts")
    stand_in.answer("resource list", "Microsoft.Logic/workflows", output="playbook-principal")
    stand_in.answer("role assignment list", "playbook-principal", output="role-of-playbook")
    stand_in.answer("--method get", "automationRules", output="rule-of-a-tag")
    stand_in.answer("--method get", "Microsoft.Insights/workbooks", output="workbook")
    stand_in.answer("deployment sub list", output="telltale")
    stand_in.answer("role definition list", "ends_with(roleName, ' (telltale)')", output="custom-role")
    stand_in.answer("resource list", "--resource-group", output="function-app")
    stand_in.answer("resource list", output=VAULT)
    return stand_in


def uninstall(az: StandInAz, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(INFRA / "scripts" / "uninstall.sh"), *arguments],
        env=az.environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def deleted(az: StandInAz) -> list[str]:
    return [" ".join(call) for call in az.asked if "delete" in call]


def test_the_policy_goes_before_the_settings_that_it_would_turn_on_again(az: StandInAz) -> None:
    done = uninstall(az)
    assert done.returncode == 0, done.stderr
    order = deleted(az)
    assert order[0] == "role assignment delete --ids role-of-policy"
    assert order[1] == "policy assignment delete --name telltale-telltale"
    assert f"monitor diagnostic-settings delete --name telltale-telltale --resource {VAULT}" in order[2:]
    assert order[-3:] == [
        "group delete --name rg-telltale --yes",
        "role definition delete --name custom-role",
        "deployment sub delete --name telltale",
    ]


def test_playbooks_leave_neither_roles_nor_rules_behind(az: StandInAz) -> None:
    az.answer("log-analytics workspace list", output=OWN)
    assert uninstall(az).returncode == 0
    assert "role assignment delete --ids role-of-playbook" in deleted(az)
    assert [call for call in deleted(az) if "automationRules/rule-of-a-tag" in call]


def test_the_tenant_keeps_neither_the_setting_nor_the_right_to_read_it(az: StandInAz) -> None:
    az.forget()
    az.answer("group exists", output="true")
    az.answer("role assignment list", "/providers/Microsoft.aadiam", "app-principal", output="role-at-tenant")
    az.answer("identity show", output="app-principal")
    az.answer("cloud show", output="https://manage.example/")
    assert uninstall(az, "--tenant").returncode == 0
    assert "role assignment delete --ids role-at-tenant" in deleted(az)
    assert [call for call in deleted(az) if "/microsoft.aadiam/diagnosticSettings/telltale-telltale" in call]


def test_the_workbook_goes_wherever_the_workspace_is(az: StandInAz) -> None:
    elsewhere = OWN.replace("rg-telltale", "soc")
    assert uninstall(az, "--workspace", elsewhere).returncode == 0
    group = "https://manage.example/subscriptions/s/resourceGroups/soc"
    assert [
        call for call in deleted(az) if f"{group}/providers/Microsoft.Insights/workbooks/workbook?" in call
    ]


def test_a_workspace_in_the_group_stays_with_its_tables(az: StandInAz) -> None:
    az.answer("log-analytics workspace list", output=OWN)
    done = uninstall(az)
    assert done.returncode == 0, done.stderr
    assert "resource delete --ids function-app" in deleted(az)
    assert not [call for call in deleted(az) if "group delete" in call or "tables" in call]
    assert f"https://manage.example{OWN}/savedSearches/TelltaleAlerts" in " ".join(deleted(az))


def test_a_dry_run_deletes_nothing_and_prints_the_commands(az: StandInAz) -> None:
    done = uninstall(az, "--dry-run", "--tenant")
    assert deleted(az) == []
    assert "az group delete --name rg-telltale --yes" in done.stdout
    assert "microsoft.aadiam/diagnosticSettings/telltale-telltale" in done.stdout


def test_the_tenant_is_left_alone_unless_it_is_asked_for(az: StandInAz) -> None:
    assert "aadiam" not in uninstall(az).stdout


@pytest.mark.parametrize("arguments", [("--name", "Not A Name"), ("--nmae", "x"), ("--workspace",)])
def test_wrong_use_deletes_nothing(az: StandInAz, arguments: tuple[str, ...]) -> None:
    done = uninstall(az, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("uninstall: ")
    assert az.asked == []


def test_a_subscription_without_it_is_said(tmp_path: Path) -> None:
    az = StandInAz(tmp_path)
    az.answer("group exists", output="false")
    done = uninstall(az)
    assert done.returncode == 2
    assert "there is no resource group rg-telltale" in done.stderr
    assert deleted(az) == []
