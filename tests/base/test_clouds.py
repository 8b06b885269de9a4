"""In Azure Government and China nothing leads to the public cloud."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from functions import composition
from shared.base.clock import VirtualClock
from shared.base.clouds import CLOUDS, CloudName
from shared.customer.settings import Settings
from tests.alerts.examples import START, example

ROOT = Path(__file__).parents[2]
clouds = pytest.mark.parametrize("name", get_args(CloudName))
LOCAL = {"GOV": (".us", ".usgovcloudapi.net"), "CHINA": (".cn",), "": (".com",)}


class Asked:
    """An identity that nobody gives a token, and what tokens it asked for."""

    def __init__(self) -> None:
        self.scopes: list[str] = []

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        self.scopes += scopes
        raise ClientAuthenticationError("no token here")


def settings(name: CloudName, tmp_path: Path) -> Settings:
    return Settings(
        hub_name="telemetry",
        store="sqlite",
        sqlite_path=tmp_path / "state.db",
        ingestion_endpoint="https://dcr.region-1.ingest.monitor.azure.example",
        dcr_immutable_id="dcr-" + "0" * 32,
        cloud=name,
    )


@clouds
def test_an_alert_is_sent_with_a_token_of_its_cloud_and_links_its_portals(
    name: CloudName, tmp_path: Path
) -> None:
    asked = Asked()
    collector = composition.build(settings(name, tmp_path), VirtualClock(START), lambda: asked, hubs=[])
    collector.outbox.add([example()])
    collector.deliver()
    assert set(asked.scopes) == {f"{CLOUDS[name].ingestion}/.default"}
    rows = [json.loads(entry.body) for entry in collector.outbox.pending()]
    (row,) = [row for row in rows if "UserLink" in row]
    assert row["UserLink"].startswith(f"{CLOUDS[name].entra}/#view/")
    assert row["ResourceLink"].startswith(f"{CLOUDS[name].portal}/#@")


@clouds
def test_every_address_is_of_the_cloud_that_it_stands_for(name: CloudName) -> None:
    ends = next(ends for part, ends in LOCAL.items() if part in name.upper())
    assert all(re.fullmatch(r"https://[a-z.]+", address) for address in CLOUDS[name])
    assert [address for address in CLOUDS[name] if not address.endswith(ends)] == []


def test_bicep_has_the_same_clouds() -> None:
    """The deployment takes a cloud by the name that Azure gives it, and fails for one that is not here."""
    of_bicep = json.loads((ROOT / "infra" / "clouds.json").read_text("utf-8"))
    assert {name: one["arm"] for name, one in of_bicep.items()} == {
        name: one.arm for name, one in CLOUDS.items()
    }
    assert "TELLTALE_CLOUD: environment().name\n" in (ROOT / "infra" / "main.bicep").read_text("utf-8")


def test_no_other_module_names_an_address_of_one_cloud() -> None:
    """Each would hold in one cloud only. The schemas of JSON files are names, not addresses."""
    wrong = re.compile(
        r"https://(?!schema\.)[\w.]*\b(management\.azure\.com|portal\.azure\.com|entra\.microsoft\.com"
        r"|monitor\.azure\.com/\.default|graph\.microsoft\.com|api\.loganalytics\.azure\.com)"
    )
    paths = [*(ROOT / "shared").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    paths += [
        path
        for path in (ROOT / "infra").rglob("*")
        if path.suffix in {".bicep", ".kql", ".fragment", ".json"}
    ]
    found = {
        str(path.relative_to(ROOT))
        for path in paths
        if wrong.search(re.sub(r'"\$schema": "[^"]+"', "", path.read_text("utf-8")))
    }
    assert found - {"shared/base/clouds.py", "infra/clouds.json"} == set()
