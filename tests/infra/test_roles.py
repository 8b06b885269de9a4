"""Rights: every role that is given is documented with its scope, and no other is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import UUID

from cli.checking.deployment import Deployment
from cli.checking.rights import Surroundings, needed
from shared.customer.settings import Settings
from tests.infra.reading import FILES, INFRA, ROOT, declared

ROLES: dict[str, str] = json.loads((INFRA / "roles.json").read_text("utf-8"))
TEXTS = {path: path.read_text("utf-8") for path in FILES}
PAGE = (ROOT / "docs" / "permissions.md").read_text("utf-8")

# Microsoft Learn, "Azure built-in roles".
BUILT_IN = {
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
    "Azure Event Hubs Data Receiver": "a638d3c7-ab3a-418d-83e6-5f17a39d4fde",
    "Azure Event Hubs Data Sender": "2b629674-e913-4c01-ae53-ef4638d8f975",
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    "Monitoring Reader": "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
    "Log Analytics Reader": "73c42c96-874c-492b-b04d-ab87d138a893",
    "Monitoring Contributor": "749f88d5-cbae-40b8-bcfc-e573ddc772fa",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "Website Contributor": "de139f84-1756-47ae-9be6-808fbbe84772",
    "Microsoft Sentinel Responder": "3e150937-b8fe-4cfb-8069-0eaf05ecd056",
    "Microsoft Sentinel Automation Contributor": "f4c81013-99ee-4d62-a7ee-b3f1f648599a",
    "Managed Services Registration assignment Delete Role": "91c1777a-f3dc-4fae-b103-61d183457e46",
}


def test_the_ids_are_those_of_the_built_in_roles() -> None:
    assert sorted(ROLES.values()) == sorted(BUILT_IN.values())
    assert all(str(UUID(id_)) == id_ for id_ in ROLES.values())


def test_a_role_is_named_never_written_out() -> None:
    written = [path.name for path, text in TEXTS.items() for id_ in ROLES.values() if id_ in text]
    assert written == []


def test_each_role_is_given_somewhere() -> None:
    named = {name for text in TEXTS.values() for name in re.findall(r"\broles\.(?!json)(\w+)", text)}
    assert named == set(ROLES)


def test_each_role_that_is_given_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| ([^|]+?) \| `([0-9a-f-]{36})` \|", PAGE, re.MULTILINE)
    assert dict(rows) == BUILT_IN


def test_every_assignment_says_what_it_is_for() -> None:
    for path in FILES:
        for symbol, resource in declared(path, "resources").items():
            if not resource["type"].startswith("Microsoft.Authorization/roleAssignments"):
                continue
            config = resource["config"]
            while "config" in config:
                config = config["config"]
            assert config["properties"]["description"].startswith("Telltale: "), f"{path.name}: {symbol}"
            assert config["properties"]["principalType"] == "ServicePrincipal", f"{path.name}: {symbol}"


def test_the_check_after_a_deployment_asks_for_the_roles_that_the_deployment_gives() -> None:
    settings = Settings(store="sqlite", sqlite_path=Path("state.db"), hub_name="telemetry")
    around = Surroundings("/n", "/a", "/r", None, frozenset())
    asked = {one.role for one in needed(Deployment(settings, {}), around)}
    given = {
        name
        for file in ("eventhubs", "storage", "ingestion")
        for name in re.findall(r"\broles\.(?!json)(\w+)", TEXTS[INFRA / "modules" / f"{file}.bicep"])
    }
    assert asked == given


def test_nobody_is_made_owner_or_contributor() -> None:
    broad = {"8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "b24988ac-6180-42a0-ab88-20f7382dd24c"}
    assert not [path.name for path, text in TEXTS.items() if any(id_ in text for id_ in broad)]
