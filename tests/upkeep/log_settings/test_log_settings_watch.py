"""The timer against an HTTP server that answers like Azure Resource Manager: told once, repaired, told as repaired."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from azure.core.credentials import TokenCredential

from cli.local_credential import LocalCredential
from shared.alerts.alert import Alert
from shared.storage import SqliteStore
from shared.upkeep.log_settings._compare import ENTRA, Expectation, Seen
from shared.upkeep.log_settings.arm import Arm
from shared.upkeep.log_settings.deployed import Deployed
from shared.upkeep.log_settings.log_settings_watch import MOST_ALERTS, DesiredLogSettings, LogSettingsWatch
from tests.upkeep.log_settings.stand_in import ArmStandIn, setting

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
SCOPE = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/r/providers"
VAULT = f"{SCOPE}/Microsoft.KeyVault/vaults/v1"
WORKSPACE = f"{SCOPE}/Microsoft.OperationalInsights/workspaces/law"
WANTED = DesiredLogSettings(
    settings=(
        Expectation("microsoft.keyvault/vaults", ("AuditEvent",)),
        Expectation(ENTRA, ("SignInLogs", "AuditLogs")),
    ),
    retention=((WORKSPACE, "SigninLogs", 365),),
    hub_rule="/rule",
)


HUBS = frozenset(("ns-telltale", name) for name in ("application", "identity", "network", "telemetry"))
DEPLOYED = Deployed(HUBS, "telemetry", "identity")


class Running:
    def __init__(self, arm: ArmStandIn, deployed: Deployed = DEPLOYED) -> None:
        self.stand_in = arm
        self.arm = Arm(lambda: cast("TokenCredential", LocalCredential()), arm.url)
        self.store = SqliteStore(":memory:")
        self.now = START
        self.watch = LogSettingsWatch(self.store, WANTED, deployed, lambda category: (), "contoso")

    def hour(self, *, keep: bool = True) -> list[Alert]:
        self.now += timedelta(hours=1)
        seen = Seen(dict.fromkeys(("auditevent", "signinlogs", "auditlogs"), self.now))
        report = self.watch.run(self.arm, seen, self.now)
        if keep:
            self.watch.keep(report, self.now)
        return list(report.alerts)


@pytest.fixture
def running() -> Iterator[Running]:
    """A customer where everything is as declared."""
    with ArmStandIn() as arm:
        arm.resources = [{"id": VAULT, "type": "microsoft.keyvault/vaults", "location": "westeurope"}]
        arm.settings[VAULT] = [setting("to-hub", "AuditEvent")]
        arm.entra = [setting("to-hub", "SignInLogs", "AuditLogs")]
        arm.tables[WORKSPACE] = [
            {"name": "SigninLogs", "properties": {"retentionInDays": 90, "totalRetentionInDays": 365}}
        ]
        running = Running(arm)
        yield running
        running.arm.close()


def names(alerts: list[Alert]) -> list[str]:
    return [alert.name for alert in alerts]


def test_where_everything_is_as_declared_nothing_is_told(running: Running) -> None:
    assert running.hour() == []
    assert running.hour() == []


def test_a_deleted_setting_is_told_once_with_its_repair_and_again_when_repaired(running: Running) -> None:
    running.hour()
    running.stand_in.settings[VAULT] = []
    (alert,) = running.hour()
    assert alert.name == "Not logged: AuditEvent of v1"
    assert alert.entities == {"resource_id": VAULT}
    (repair,) = alert.response
    assert repair.startswith(
        f"az monitor diagnostic-settings create --name telltale-AuditEvent --resource {VAULT}"
    )
    assert "--event-hub telemetry --event-hub-rule /rule" in repair
    assert running.hour() == []
    running.stand_in.settings[VAULT] = [setting("again", "AuditEvent")]
    (closed,) = running.hour()
    assert (closed.name, closed.status) == ("Repaired: Not logged: AuditEvent of v1", "Closed")
    running.stand_in.settings[VAULT] = []
    (second,) = running.hour()
    assert second.uid != alert.uid


def test_an_instance_that_dies_before_it_remembers_tells_the_same_alert_again(running: Running) -> None:
    running.stand_in.settings[VAULT] = []
    first, second = running.hour(keep=False), running.hour()
    assert [alert.uid for alert in first] == [alert.uid for alert in second]


def test_the_tenant_and_retention_are_compared_as_well(running: Running) -> None:
    running.stand_in.entra = [setting("to-hub", "SignInLogs")]
    running.stand_in.tables[WORKSPACE][0]["properties"] = {"retentionInDays": 30}
    tenant, table = running.hour()
    assert tenant.name == "Not logged: AuditLogs of microsoft.aadiam"
    assert tenant.response[0].startswith("az rest --method put --url '/providers/microsoft")
    assert '"eventHubName":"identity"' in tenant.response[0]
    assert table.name == "Retention too short: SigninLogs"
    assert "--total-retention-time 365" in table.response[0]


def test_a_refusal_names_the_role_and_is_no_sign_that_logging_is_off(running: Running) -> None:
    running.stand_in.settings[VAULT] = []
    running.hour()
    running.stand_in.refused = {VAULT: 403, "/providers/microsoft.aadiam": 403}
    told = running.hour()
    assert names(told) == [
        "Logging could not be checked: microsoft.aadiam",
        "Logging could not be checked: v1",
    ]
    assert "the app's identity needs the role Monitoring Reader there" in told[0].message
    assert "\n" not in told[0].message
    running.stand_in.refused = {}
    assert [alert.status for alert in running.hour()] == ["Closed", "Closed"]


def test_an_inventory_that_cannot_be_read_closes_nothing(running: Running) -> None:
    running.stand_in.settings[VAULT] = []
    running.hour()
    running.stand_in.refused = {"/providers/Microsoft.ResourceGraph": 403}
    assert names(running.hour()) == ["Logging could not be checked: /"]


IDENTITY = "5b1a2f34-0000-4000-8000-9c8d7e6f5a4b"


@pytest.mark.parametrize(
    ("deployed", "assignee", "scope"),
    [
        (DEPLOYED, "IDENTITY", "/subscriptions/SUBSCRIPTION"),
        (
            Deployed(HUBS, "telemetry", workspace=WORKSPACE, identity=IDENTITY),
            IDENTITY,
            "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333",
        ),
    ],
)
def test_the_right_to_read_is_asked_for_on_the_subscription_never_on_everything(
    running: Running, deployed: Deployed, assignee: str, scope: str
) -> None:
    subject = Running(running.stand_in, deployed)
    running.stand_in.refused = {
        "/providers/Microsoft.ResourceGraph": 403,
        "/providers/microsoft.aadiam": 403,
    }
    begin = f"az role assignment create --assignee {assignee} --role 'Monitoring Reader' --scope"
    assert {alert.response for alert in subject.hour()} == {
        (f"{begin} /providers/microsoft.aadiam",),
        (f"{begin} {scope}",),
    }
    subject.arm.close()


def test_without_a_hub_of_its_own_identity_goes_where_everything_goes(running: Running) -> None:
    subject = Running(running.stand_in, Deployed(HUBS, "telemetry"))
    running.stand_in.entra = []
    assert {'"eventHubName":"telemetry"' in alert.response[0] for alert in subject.hour()} == {True}
    subject.arm.close()


def test_a_busy_service_is_asked_again(running: Running) -> None:
    running.stand_in.busy = 2
    assert running.hour() == []


def test_all_pages_of_the_inventory_are_read_and_many_lacks_are_told_as_one(running: Running) -> None:
    running.stand_in.resources = [
        {"id": f"{VAULT}-{number}", "type": "microsoft.keyvault/vaults"} for number in range(MOST_ALERTS + 5)
    ]
    (alert,) = running.hour()
    assert alert.name == f"Not logged: AuditEvent of {MOST_ALERTS + 5} resources of microsoft.keyvault/vaults"
    assert len(alert.response) == MOST_ALERTS
    assert running.hour() == []


def test_names_from_azure_cannot_break_out_of_the_repair(running: Running) -> None:
    running.stand_in.resources[0]["id"] = f"{VAULT}'; rm -rf ~; '"
    (alert,) = running.hour()
    assert "--resource '/subscriptions" in alert.response[0]
    assert """'"'"'; rm -rf ~; '"'"'' --event-hub""" in alert.response[0]
