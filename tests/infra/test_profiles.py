"""The three profiles: their parameters lie within the bounds of the Bicep, their declarations load."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

import functions.detectors
from shared.collector.tuning import check_declared, tuned
from shared.customer.declarations import load_declarations
from shared.detection.discovery import discover
from shared.events.registry import registry
from tests.infra.reading import INFRA, MAIN, ROOT, block, declared, decorated

PROFILES = ("a", "b", "c")
TYPES: dict[str, type] = {"string": str, "int": int, "bool": bool, "array": list, "object": dict}


def parameters(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text("utf-8"))
    return {name: entry["value"] for name, entry in content["parameters"].items()}


def within_bounds(given: dict[str, Any], bicep: Path) -> list[str]:
    """What Azure would refuse about the parameters, before it creates anything."""
    taken = declared(bicep, "parameters")
    problems = [f"{name} is no parameter" for name in given if name not in taken]
    problems += [
        f"{name} is missing" for name, value in taken.items() if "default" not in value and name not in given
    ]
    for name, value in given.items():
        if name not in taken:
            continue
        limits, kind = decorated(taken[name]), TYPES[taken[name]["type"]]
        if type(value) is not kind:
            problems.append(f"{name} is no {kind.__name__}")
        elif isinstance(value, int) and not limits.get("min_value", value) <= value <= limits.get(
            "max_value", value
        ):
            problems.append(f"{name} is out of bounds")
        elif "allowed" in limits and not set(value if isinstance(value, list) else [value]) <= set(
            limits["allowed"]
        ):
            problems.append(f"{name} is not allowed")
    return problems


@pytest.mark.parametrize("name", PROFILES)
def test_parameters_lie_within_the_bounds(name: str) -> None:
    assert within_bounds(parameters(INFRA / "profiles" / f"profile-{name}.parameters.json"), MAIN) == []


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"hubPartitions": 33}, "hubPartitions is out of bounds"),
        ({"dedicatedHubs": ["identity", "dns"]}, "dedicatedHubs is not allowed"),
        ({"storageSku": "Premium_LRS"}, "storageSku is not allowed"),
        ({"regoin": "x"}, "regoin is no parameter"),
        ({"zoneRedundant": 1}, "zoneRedundant is no bool"),
    ],
)
def test_what_lies_outside_is_found(given: dict[str, Any], problem: str) -> None:
    assert within_bounds(given, MAIN) == [problem]


@pytest.mark.parametrize("name", PROFILES)
def test_declarations_of_a_profile_load_and_name_what_exists(name: str) -> None:
    declarations = load_declarations(ROOT / "infra" / "profiles" / f"profile-{name}.toml")
    check_declared(declarations, tuned(discover(functions.detectors), declarations), registry())
    assert declarations.expected_sources
    assert declarations.criticality


@pytest.mark.parametrize("name", PROFILES)
def test_parameters_point_to_the_declarations_that_the_package_holds(name: str) -> None:
    given = parameters(INFRA / "profiles" / f"profile-{name}.parameters.json")
    assert given["declarations"] == f"infra/profiles/profile-{name}.toml"
    assert (ROOT / given["declarations"]).is_file()


def test_each_profile_expects_what_the_one_before_does_and_more() -> None:
    expected = [
        {source["source"] for source in tomllib.loads(text)["expected_sources"]}
        for name in PROFILES
        if (text := (ROOT / "infra" / "profiles" / f"profile-{name}.toml").read_text("utf-8"))
    ]
    assert expected[0] < expected[1] < expected[2]


def turned_on(profile: str) -> dict[tuple[str, str, str], set[str]]:
    """Categories by type of resource and its kind, as `infra/telemetry` turns them on for a profile."""
    telemetry = INFRA / "telemetry"
    found = {
        (kind["type"], kind["kind"], kind["notKind"]): set(kind["categories"])
        for kind in json.loads((telemetry / "resource-types.json").read_text("utf-8"))
        if kind["profile"].lower() <= profile
    }
    activity = json.loads((telemetry / "activity-categories.json").read_text("utf-8"))
    return found | {("Microsoft.Resources/subscriptions", "", ""): set(activity)}


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_expects_exactly_the_settings_that_the_deployment_turns_on(name: str) -> None:
    expected = load_declarations(ROOT / "infra" / "profiles" / f"profile-{name}.toml").log_settings
    assert {
        (one.resource_type, one.kind or "", one.not_kind or ""): set(one.categories)
        for one in expected.resources
    } == turned_on(name)
    tenant = declared(INFRA / "telemetry" / "tenant.bicep", "parameters")["categories"]["default"]
    assert expected.entra == tenant


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_expects_the_retention_that_the_deployment_sets(name: str) -> None:
    expected = load_declarations(ROOT / "infra" / "profiles" / f"profile-{name}.toml").log_settings.retention
    days = parameters(INFRA / "profiles" / f"profile-{name}.parameters.json")["totalRetentionInDays"]
    tables = json.loads((INFRA / "tables" / "tables.json").read_text("utf-8"))
    assert {(one.workspace, one.table, one.days) for one in expected} == {
        (None, table["name"], days) for table in tables
    }


def test_every_kind_of_resource_streams_what_a_detector_or_heartbeat_reads() -> None:
    kinds = json.loads((INFRA / "telemetry" / "resource-types.json").read_text("utf-8"))
    claimed = registry().by_category
    for kind in kinds:
        assert kind["profile"] in {"A", "B", "C"}
        assert kind["hub"] in {"telemetry", "identity", "application", "network"}
        assert [category for category in kind["categories"] if category.casefold() not in claimed] == []
    assert len({kind["name"] for kind in kinds}) == len(kinds)


def test_no_resource_is_of_two_kinds() -> None:
    kinds = json.loads((INFRA / "telemetry" / "resource-types.json").read_text("utf-8"))
    for type_ in {kind["type"] for kind in kinds}:
        asked = [(kind["kind"], kind["notKind"]) for kind in kinds if kind["type"] == type_]
        assert len(asked) == 1 or (len(asked) == 2 and asked[0] == asked[1][::-1] and any(asked[0])), type_


def test_the_policy_asks_for_the_kind() -> None:
    rule = block(INFRA / "telemetry" / "subscription.bicep", "        if: {")
    for pair in (("field: 'kind'", "contains: kind.kind"), ("field: 'kind'", "notContains: kind.notKind")):
        assert re.search(r"\s+".join(map(re.escape, pair)), rule)


def test_the_developer_cli_gets_the_parameters_of_a_profile_and_the_customer(tmp_path: Path) -> None:
    target = tmp_path / "main.parameters.json"
    done = azd_parameters(target, TELLTALE_PROFILE="b", TELLTALE_CUSTOMER="contoso")
    assert done.returncode == 0, done.stderr
    expected = parameters(INFRA / "profiles" / "profile-b.parameters.json")
    assert parameters(target) == {"customer": "contoso"} | expected
    assert within_bounds(parameters(target), MAIN) == []


def test_the_developer_cli_finds_what_it_deployed_whatever_its_environment_is_called(tmp_path: Path) -> None:
    target = tmp_path / "main.parameters.json"
    assert azd_parameters(target, AZURE_ENV_NAME="contoso-prod").returncode == 0
    assert parameters(target)["tags"] == {"azd-env-name": "contoso-prod"}
    assert "\noutput AZURE_RESOURCE_GROUP string = group.name" in MAIN.read_text("utf-8")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"TELLTALE_PROFILE": "d"}, "TELLTALE_PROFILE is a, b or c"),
        ({"TELLTALE_CUSTOMER": 'x", "evil'}, "TELLTALE_CUSTOMER has letters"),
        ({"AZURE_ENV_NAME": 'x", "evil'}, "AZURE_ENV_NAME has letters"),
    ],
)
def test_a_wrong_environment_is_refused_before_anything_is_written(
    tmp_path: Path, given: dict[str, str], problem: str
) -> None:
    target = tmp_path / "main.parameters.json"
    done = azd_parameters(target, **given)
    assert done.returncode == 2
    assert problem in done.stderr
    assert not target.exists()


def azd_parameters(target: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(INFRA / "scripts" / "azd-parameters.sh"), str(target)],
        env=os.environ | environment, capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
