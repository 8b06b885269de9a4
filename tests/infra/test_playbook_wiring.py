"""The playbooks are wired: parameters and connections resolve, addresses are encoded, each has its permissions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.infra.reading import INFRA, MAIN, ROOT
from tests.infra.test_playbooks import DEFINITIONS, MODULE, TAGS
from tests.infra.workflow import FUNCTIONS

PERMISSIONS = (INFRA / "graph-permissions.txt").read_text("utf-8")


def uris(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["uri"]] if isinstance(value.get("uri"), str) else []
        return own + [uri for one in value.values() for uri in uris(one)]
    return [uri for one in value for uri in uris(one)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", DEFINITIONS)
def test_an_address_is_made_of_parameters_and_encoded_parts_only(name: str) -> None:
    parts = [
        part for uri in uris(DEFINITIONS[name]) for part in re.findall(r"@\{((?:'[^']*'|[^'}])*)\}", uri)
    ]
    allowed = r"parameters\('\w+'\)|encodeUriComponent\(.+\)|guid\(\)|join\(body\('Segments'\), '/'\)"
    assert [part for part in parts if not re.fullmatch(allowed, part)] == []


@pytest.mark.parametrize("name", DEFINITIONS)
def test_parameters_and_connections_resolve(name: str) -> None:
    definition = DEFINITIONS[name]
    used = set(re.findall(r"parameters\('([^']+)'\)", json.dumps(definition["actions"]))) | {"$connections"}
    assert used == set(definition["parameters"])
    own = re.search(rf"name: '{name}'.*?parameters: {{\n(.*?)\n    }}", MODULE, re.DOTALL)
    assert own is not None
    given = set(re.findall(r"^      (\w+): {$", own[1], re.MULTILINE)) | {
        "$connections",
        "arm",
        "incidents",
        "tag",
    }
    assert given == set(definition["parameters"])
    assert all(
        f"        {one}: {{" in MODULE or f"'{one}': {{" in MODULE for one in ("arm", "incidents", "tag")
    )
    assert "@parameters('$connections')['azuresentinel']" in json.dumps(definition["triggers"])
    assert "azuresentinel: {" in MODULE


@pytest.mark.parametrize("name", DEFINITIONS)
def test_it_signs_in_with_its_identity_and_holds_no_secret(name: str) -> None:
    text = json.dumps(DEFINITIONS[name])
    assert set(re.findall(r'"authentication": {"type": "(\w+)"', text)) == {"ManagedServiceIdentity"}
    assert text.count('"uri"') == text.count('"authentication"')
    assert not re.search(r"listKeys|secretText|SharedAccess|\"(?:password|secret|pfx)\"", text)


def test_the_functions_that_are_used_exist() -> None:
    known = set(FUNCTIONS) | {
        "parameters",
        "triggerBody",
        "outputs",
        "body",
        "item",
        "items",
        "listCallbackUrl",
    }
    for name, definition in DEFINITIONS.items():
        used = set(
            re.findall(r"\b([A-Za-z]+)\(", " ".join(re.findall(r'"@[^"]*"|@\{[^"]*', json.dumps(definition))))
        )
        assert used <= known, name


def test_each_playbook_is_deployed_documented_and_has_its_permissions() -> None:
    assert set(TAGS) == set(DEFINITIONS)
    page = (ROOT / "docs" / "response.md").read_text("utf-8")
    for name, approval in TAGS.items():
        assert f"`{approval}" in page
        needs_graph = "graph" in DEFINITIONS[name]["parameters"]
        assert bool(re.search(rf"^{name} ", PERMISSIONS, re.MULTILINE)) == needs_graph


def test_they_are_off_until_somebody_names_who_starts_them() -> None:
    text = MAIN.read_text("utf-8")
    assert "param playbooksPrincipalId string = ''" in text
    assert text.count("if (!empty(playbooksPrincipalId)") == 3


def test_the_activity_log_is_restored_with_the_categories_that_the_deployment_turns_on() -> None:
    for path in (INFRA / "modules" / "playbooks.bicep", INFRA / "telemetry" / "subscription.bicep"):
        assert "activity-categories.json" in Path(path).read_text("utf-8")
