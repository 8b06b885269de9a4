"""From a customer's declarations and real heartbeats to alerts about what is not logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import orjson
import pytest
from azure.core.credentials import TokenCredential

import functions.detectors
from cli.local_credential import LocalCredential
from shared.base.clock import VirtualClock
from shared.base.errors import DeclarationError
from shared.collector.collector import Collector
from shared.customer.declarations import load_declarations
from shared.detection.discovery import discover
from shared.events import Batch, Message
from shared.events.registry import registry
from shared.storage import SqliteStore
from shared.upkeep.log_settings.arm import Arm
from shared.upkeep.log_settings.deployed import Deployed
from tests.upkeep.log_settings.stand_in import ArmStandIn, setting

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
VAULT = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/r/providers/Microsoft.KeyVault/vaults/v1"
DECLARED = """
[[log_settings.resources]]
resource_type = "Microsoft.KeyVault/vaults"
categories = ["AuditEvent"]
match = "0b1f6471-1bf0-4dda-aec3-111122223333"
"""


def declared(folder: Path, text: str) -> Path:
    path = folder / "customer.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def arm() -> Iterator[ArmStandIn]:
    with ArmStandIn() as stand_in:
        stand_in.resources = [{"id": VAULT, "type": "Microsoft.KeyVault/vaults"}]
        yield stand_in


RULE = f"{VAULT.partition('/providers/')[0]}/providers/Microsoft.EventHub/namespaces/ns-telltale/authorizationRules/s"
LAW = f"{VAULT.partition('/providers/')[0]}/providers/Microsoft.OperationalInsights/workspaces/law"
HERE = Deployed(frozenset({("ns-telltale", "telemetry")}))


def collector(folder: Path, arm: ArmStandIn, text: str | Path = DECLARED, here: Deployed = HERE) -> Collector:
    return Collector(
        store=SqliteStore(":memory:"),
        clock=VirtualClock(START),
        detectors=discover(functions.detectors),
        registry=registry(),
        declarations=load_declarations(text if isinstance(text, Path) else declared(folder, text)),
        deployed=here,
        arm=Arm(lambda: cast("TokenCredential", LocalCredential()), arm.url),
    )


def vault_record() -> dict[str, Any]:
    return {
        "time": "2026-11-23T10:00:00Z",
        "category": "AuditEvent",
        "resourceId": VAULT,
        "operationName": "SecretGet",
    }


def test_a_vault_without_a_setting_is_told_with_the_detectors_that_read_it(
    tmp_path: Path, arm: ArmStandIn
) -> None:
    subject = collector(tmp_path, arm)
    subject.watch_log_settings()
    (alert,) = subject.outbox.recent()
    assert alert.name == "Not logged: AuditEvent of v1"
    assert alert.severity == "Medium"
    (difference,) = subject.status().differences or ()
    assert (difference.what, difference.difference.subject, difference.since) == ("Not logged", VAULT, START)


def test_what_is_configured_must_also_arrive(tmp_path: Path, arm: ArmStandIn) -> None:
    arm.settings[VAULT] = [setting("to-hub", "AuditEvent")]
    subject = collector(tmp_path, arm)
    subject.watch_log_settings()
    assert [alert.name for alert in subject.outbox.recent()] == [
        "Configured, but does not arrive: AuditEvent of vaults"
    ]
    message = Message(orjson.dumps({"records": [vault_record()]}), 1, START)
    subject.collect(Batch("telemetry", "0", (message,)))
    subject.watch_log_settings()
    assert (
        subject.outbox.recent()[0].name == "Repaired: Configured, but does not arrive: AuditEvent of vaults"
    )


ACCOUNT = VAULT.partition("/providers/")[0] + "/providers/Microsoft.Storage/storageAccounts/st1"
SUBSCRIPTION = VAULT.partition("/resourceGroups/")[0]


def test_services_of_storage_accounts_and_subscriptions_are_found_as_well(
    tmp_path: Path, arm: ArmStandIn
) -> None:
    arm.resources = [
        {"id": ACCOUNT, "type": "microsoft.storage/storageaccounts", "kind": "StorageV2"},
        {"id": f"{ACCOUNT}files", "type": "microsoft.storage/storageaccounts", "kind": "FileStorage"},
        {"id": SUBSCRIPTION, "type": "microsoft.resources/subscriptions"},
    ]
    text = (
        '[[log_settings.resources]]\nresource_type = "Microsoft.Storage/storageAccounts/blobServices"\n'
        'categories = ["StorageRead"]\n'
        '[[log_settings.resources]]\nresource_type = "Microsoft.Resources/subscriptions"\n'
        'categories = ["Administrative"]\n'
    )
    report = collector(tmp_path, arm, text).watch_log_settings()
    assert report is not None
    assert {alert.entities["resource_id"] for alert in report.alerts} == {
        f"{ACCOUNT}/blobServices/default",
        SUBSCRIPTION,
    }


def test_function_apps_are_told_apart_and_the_collector_itself_is_left_out(arm: ArmStandIn) -> None:
    sites = VAULT.partition("/Microsoft.KeyVault/")[0] + "/Microsoft.Web/sites"
    arm.resources = [
        {"id": f"{sites}/shop", "type": "microsoft.web/sites", "kind": "app,linux"},
        {"id": f"{sites}/jobs", "type": "microsoft.web/sites", "kind": "functionapp,linux"},
        {"id": f"{sites}/func-Telltale-x", "type": "microsoft.web/sites", "kind": "functionapp,linux"},
    ]
    here = Deployed(HERE.hubs, "telemetry", app="func-telltale-x")
    report = collector(PROFILES, arm, PROFILES / "profile-b.toml", here).watch_log_settings()
    assert report is not None
    assert {(one.category, one.subject) for one in report.differences if "Web/sites/" in one.subject} == {
        ("AppServiceHTTPLogs", f"{sites}/shop"),
        ("AppServiceAuditLogs", f"{sites}/shop"),
        ("AppServiceIPSecAuditLogs", f"{sites}/shop"),
        ("AppServicePlatformLogs", f"{sites}/shop"),
        ("FunctionAppLogs", f"{sites}/jobs"),
    }


PROFILES = Path(__file__).parents[2] / "infra" / "profiles"


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_every_profile_compares_as_it_is(name: str, arm: ArmStandIn) -> None:
    here = Deployed(HERE.hubs, "telemetry", sending_rule=RULE, workspace=LAW)
    subject = collector(PROFILES, arm, PROFILES / f"profile-{name}.toml", here)
    report = subject.watch_log_settings()
    assert report is not None
    told = {alert.name: alert for alert in report.alerts}
    assert f"--event-hub-rule {RULE}" in told["Not logged: AuditEvent of v1"].response[0]
    assert "Not logged: SignInLogs of microsoft.aadiam" in told
    assert "Retention too short: TelltaleAlerts_CL" in told
    arm.settings[VAULT] = [setting("to-hub", "AuditEvent")]
    arm.entra = [setting("to-hub", *subject.declarations.log_settings.entra)]
    days = {"properties": {"totalRetentionInDays": 730}}
    arm.tables[LAW] = [{"name": "TelltaleAlerts_CL"} | days, {"name": "TelltaleHealth_CL"} | days]
    report = subject.watch_log_settings()
    assert report is not None
    left = {one.detail.partition(";")[2] for one in report.differences}
    assert left == {" nothing has ever come"}, "only arrival is missing, of what is not rare"
    assert {one.category for one in report.differences} & set(subject.declarations.log_settings.rare) == set()


def test_retention_without_a_workspace_that_is_known_is_left_out(tmp_path: Path, arm: ArmStandIn) -> None:
    text = '[[log_settings.retention]]\ntable = "TelltaleAlerts_CL"\ndays = 365\n'
    assert collector(tmp_path, arm, text).watch_log_settings() is None
    assert arm.requests == []


def test_without_declarations_nothing_is_read(tmp_path: Path, arm: ArmStandIn) -> None:
    assert collector(tmp_path, arm, "").watch_log_settings() is None
    assert arm.requests == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (DECLARED.replace("Microsoft.KeyVault/vaults", "vaults' or 1"), "is not a resource type"),
        (DECLARED.replace('["AuditEvent"]', "[]"), "should have at least 1 item"),
        (
            '[[log_settings.retention]]\nworkspace = "law"\ntable = "T"\ndays = 90',
            "is not the id of a Log Analytics",
        ),
        ('[log_settings]\nsending_rule = "key"', "is not the id of an authorization rule"),
        (
            '[log_settings]\nentra = ["AuditLogs"]\nrare = ["RiskyUsers"]',
            "neither resources nor entra expect",
        ),
        ('[log_settings]\nentre = ["AuditLogs"]', "did you mean entra?"),
    ],
)
def test_a_wrong_declaration_is_refused_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DeclarationError, match=problem) as caught:
        load_declarations(declared(tmp_path, text))
    assert "customer.toml:" in str(caught.value)
