"""The look before a deployment: what would fail halfway is named, with the command that repairs it; nothing is made."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.infra.reading import INFRA
from tests.infra.stand_in_az import StandInAz

WORKSPACE = "/subscriptions/sub/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/log"
SENTINEL = "98785600-1bb7-4fb9-b9fa-19afe2c8a360"
EVERYTHING = ("--location", "westeurope", "--workspace", WORKSPACE, "--playbooks", "principal", "--zones")
GOOD = {
    ("account show", "--query id"): "sub",
    ("account show", "--query name"): "Production",
    ("signed-in-user",): "me",
    ("role assignment list",): "Reader\nOwner",
    ("list-flexconsumption-locations",): "northeurope\nWest Europe",
    ("provider show",): "Registered",
    ("resource show",): "westeurope",
    ("cloud show",): "https://manage.example/",
    ("onboardingStates",): "/state",
    ("ad sp show",): SENTINEL,
}


def preflight(folder: Path, *arguments: str, **worse: str) -> tuple[int, list[str], StandInAz]:
    az = StandInAz(folder)
    for words, output in worse.items():
        az.answer(*words.split("__"), output=output, status=0 if output else 1)
    for given, output in GOOD.items():
        az.answer(*given, output=output)
    done = subprocess.run(
        ["bash", str(INFRA / "scripts" / "preflight.sh"), *arguments],
        env=az.environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).splitlines(), az


def test_where_all_is_well_every_line_is_ok_and_nothing_is_made(tmp_path: Path) -> None:
    status, lines, az = preflight(tmp_path, *EVERYTHING)
    assert status == 0
    assert [line.split()[0] for line in lines] == ["ok"] * 6
    assert not [
        call for call in az.asked if {"create", "register", "delete", "set", "put", "post"} & set(call)
    ]


@pytest.mark.parametrize(
    ("worse", "problem", "repair"),
    [
        ({"role assignment list": "Reader"}, "neither Owner, nor Contributor", "docs/permissions.md"),
        ({"role assignment list": ""}, "you hold: nothing", "docs/permissions.md"),
        (
            {"list-flexconsumption-locations": "eastus"},
            "no Flex Consumption with zones",
            "list-flexconsumption",
        ),
        (
            {"provider show__Microsoft.EventHub": "NotRegistered"},
            "not have Microsoft.EventHub",
            "az provider register",
        ),
        ({"resource show": ""}, "there is no workspace", "workspace list"),
        ({"onboardingStates": ""}, "Sentinel is not on", "onboardSentinel=true"),
        ({"ad sp show": "another"}, "not the principal of Azure Security Insights", SENTINEL),
        (
            {"account show__--query id": "elsewhere"},
            "another subscription",
            "az account set --subscription sub",
        ),
    ],
)
def test_what_would_fail_is_named_with_its_repair(
    tmp_path: Path, worse: dict[str, str], problem: str, repair: str
) -> None:
    status, lines, _ = preflight(tmp_path, *EVERYTHING, **worse)
    assert status == 1
    (place,) = [number for number, line in enumerate(lines) if line.startswith("wrong")]
    assert problem in lines[place]
    assert repair in lines[place + 1]


@pytest.mark.parametrize(
    ("option", "provider"),
    [
        ("--private", "Microsoft.App"),
        ("--telemetry", "Microsoft.PolicyInsights"),
        ("--lighthouse", "Microsoft.ManagedServices"),
    ],
)
def test_a_provider_that_no_deployment_registers_is_named_in_one_line(
    tmp_path: Path, option: str, provider: str
) -> None:
    missing = {f"provider show__{provider}": "NotRegistered"}
    status, lines, _ = preflight(tmp_path, "--location", "westeurope", option, **missing)
    assert status == 1
    assert [line for line in lines if line.startswith("wrong")] == [
        f"wrong  the subscription does not have {provider}"
    ]
    assert f"       az provider register --namespace {provider} --wait" in lines


def test_a_provider_of_what_is_not_deployed_is_not_asked_for(tmp_path: Path) -> None:
    missing = {"provider show__Microsoft.App": "NotRegistered"}
    assert preflight(tmp_path, "--location", "westeurope", **missing)[0] == 0


def test_contributor_with_the_right_to_assign_roles_is_enough(tmp_path: Path) -> None:
    held = "Contributor\nRole Based Access Control Administrator"
    assert preflight(tmp_path, "--location", "West Europe", **{"role assignment list": held})[0] == 0


def test_a_workspace_in_another_region_says_which_parameter_it_takes(tmp_path: Path) -> None:
    status, lines, _ = preflight(tmp_path, *EVERYTHING, **{"resource show": "northeurope"})
    assert status == 0
    assert any(line.endswith("deploy with workspaceLocation=northeurope") for line in lines)


def test_nobody_signed_in_is_the_one_thing_that_is_said(tmp_path: Path) -> None:
    status, lines, _ = preflight(tmp_path, *EVERYTHING, **{"account show": ""})
    assert (status, lines) == (1, ["wrong  the Azure CLI is not signed in", "       az login"])


@pytest.mark.parametrize(
    "arguments", [(), ("--location",), ("--locatoin", "x"), ("--location", "x", "--workspace", "log")]
)
def test_wrong_use_is_one_line_and_asks_azure_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    status, lines, az = preflight(tmp_path, *arguments)
    assert (status, len(lines), az.asked) == (2, 1, [])
    assert lines[0].startswith("preflight: ")
