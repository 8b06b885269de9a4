"""`telltale check --app`: settings, identity and roles as the Azure CLI tells them."""

from __future__ import annotations

import json

import pytest

from cli.checking.deployment import App, Deployment, read
from cli.checking.rights import compared, needed
from tests.cli.shell import Shell, one_line
from tests.infra.reading import INFRA
from tests.infra.stand_in_az import StandInAz

GROUP = "/subscriptions/s/resourceGroups/rg-telltale/providers"
HUBS = f"{GROUP}/Microsoft.EventHub/namespaces/evhns-telltale"
ACCOUNT = f"{GROUP}/Microsoft.Storage/storageAccounts/sttelltale"
WORKSPACE = f"{GROUP}/Microsoft.OperationalInsights/workspaces/log-telltale"
INSIGHTS = f"{GROUP}/Microsoft.Insights/components/appi-telltale"
RULE = f"{GROUP}/Microsoft.Insights/dataCollectionRules/dcr-telltale"
CLIENT = "22222222-3333-4444-8555-666666666666"
SETTINGS = {
    "TELLTALE_HUB_NAME": "telemetry",
    "TELLTALE_HUB_IDENTITY": "identity",
    "TELLTALE_CONSUMER_GROUP": "telltale",
    "TELLTALE_TABLES_ENDPOINT": "https://sttelltale.table.core.windows.net",
    "TELLTALE_INGESTION_ENDPOINT": "https://dcr.westeurope-1.ingest.monitor.azure.com",
    "TELLTALE_DCR_IMMUTABLE_ID": "dcr-" + "0" * 32,
    "TELLTALE_CLIENT_ID": CLIENT,
    "TelltaleHub__fullyQualifiedNamespace": "evhns-telltale.servicebus.windows.net",
}
APP = App("func-telltale", "rg-telltale")
IDS = json.loads((INFRA / "roles.json").read_text("utf-8"))


def resource(identity: str) -> dict[str, str]:
    parts = identity.split("/")
    return {"id": identity, "type": f"{parts[-3]}/{parts[-2]}", "name": parts[-1]}


@pytest.fixture
def azure(az: StandInAz) -> StandInAz:
    az.answer("resource list", output=json.dumps([resource(one) for one in (HUBS, ACCOUNT, RULE, INSIGHTS)]))
    rule = {
        "immutableId": SETTINGS["TELLTALE_DCR_IMMUTABLE_ID"],
        "destinations": {
            "logAnalytics": [{"workspaceId": "the-workspace", "workspaceResourceId": WORKSPACE}]
        },
        "streamDeclarations": {"Custom-TelltaleAlerts": {}, "Custom-TelltaleHealth": {}},
    }
    az.answer("resource show", RULE, output=json.dumps({"properties": rule}))
    identities = {"userAssignedIdentities": {"id": {"clientId": CLIENT, "principalId": "principal"}}}
    az.answer("identity show", output=json.dumps(identities))
    return az


def held(azure: StandInAz, assignments: list[tuple[str, str]]) -> None:
    found = [
        {"roleDefinitionId": f"/subscriptions/s/providers/x/{IDS[role]}", "scope": scope}
        for role, scope in assignments
    ]
    azure.answer("role assignment list", "principal", output=json.dumps(found))


def deployment(**changed: str) -> Deployment:
    found, lines = read({**SETTINGS, **changed}, APP, None)
    assert found is not None, lines
    return found


ALL = [
    ("eventHubsDataReceiver", HUBS),
    ("eventHubsDataSender", HUBS),
    ("storageBlobDataOwner", ACCOUNT.upper()),
    ("storageTableDataContributor", ACCOUNT),
    ("monitoringMetricsPublisher", RULE),
    ("monitoringMetricsPublisher", INSIGHTS),
    ("monitoringReader", "/subscriptions/s"),
]


def test_roles_at_or_above_the_scope_are_enough(azure: StandInAz) -> None:
    held(azure, ALL)
    lines, around = compared(deployment())
    assert [line.state for line in lines] == ["ok"]
    assert around is not None
    assert around.workspace == "the-workspace"


@pytest.mark.parametrize("missing", range(len(ALL)))
def test_each_missing_role_is_a_line_with_the_command_that_gives_it(azure: StandInAz, missing: int) -> None:
    held(azure, ALL[:missing] + ALL[missing + 1 :])
    lines, _ = compared(deployment())
    hubs_without = 2 if ALL[missing][0].startswith("eventHubs") else 1
    assert [line.state for line in lines] == ["wrong"] * hubs_without
    assert ALL[missing][0] in lines[0].detail
    repair = str(lines[0].repair)
    assert repair.startswith("az role assignment create --assignee-object-id principal ")
    assert f"--role {IDS[ALL[missing][0]]} --scope /subscriptions/s" in repair


def test_a_role_on_a_neighbour_whose_name_begins_alike_does_not_count(azure: StandInAz) -> None:
    held(azure, [*ALL[1:], ("eventHubsDataReceiver", f"{HUBS}/eventhubs/tele")])
    assert {line.state for line in compared(deployment())[0]} == {"wrong"}


def test_a_stream_that_the_rule_lacks_is_named(azure: StandInAz) -> None:
    held(azure, ALL)
    lines, _ = compared(deployment(TELLTALE_ALERT_STREAM="Custom-Other"))
    assert "has no stream Custom-Other" in lines[0].detail
    assert "TELLTALE_ALERT_STREAM=Custom-TelltaleAlerts" in str(lines[0].repair)


def test_an_app_that_is_told_its_workspace_must_be_able_to_query_it(azure: StandInAz) -> None:
    held(azure, ALL)
    lines, _ = compared(deployment(TELLTALE_WORKSPACE_ID=CLIENT))
    assert [line.state for line in lines] == ["wrong"]
    assert "logAnalyticsReader on workspaces/log-telltale" in lines[0].detail


def test_an_app_that_does_not_read_log_settings_needs_no_role_on_the_subscription(azure: StandInAz) -> None:
    held(azure, ALL[:-1])
    lines, _ = compared(deployment(TELLTALE_READ_LOG_SETTINGS="false"))
    assert [line.state for line in lines] == ["ok"]


def test_an_app_without_its_identity_is_said(azure: StandInAz) -> None:
    lines, _ = compared(deployment(TELLTALE_CLIENT_ID=CLIENT.replace("2", "9")))
    assert "does not have the identity" in lines[0].detail
    assert "identity assign --name func-telltale" in str(lines[0].repair)


def test_the_roles_that_are_compared_are_those_of_the_infrastructure(azure: StandInAz) -> None:
    around = compared(deployment())[1]
    assert around is not None
    wanted = {one.role for one in needed(deployment(), around)}
    optional = {"monitoringReader", "logAnalyticsReader"}  # readLogSettings and readWorkspace may be off
    modules = ("eventhubs", "storage", "ingestion", "monitoring", "logSettingsReader")
    paths = [INFRA / "main.bicep", *(INFRA / "modules" / f"{name}.bicep" for name in modules)]
    text = "".join(path.read_text("utf-8") for path in paths)
    assert wanted | optional >= {
        role for role in IDS if f"roles.{role})" in text or f"roles.{role}\n" in text
    }
    assert wanted == {role for role in wanted if f"roles.{role}" in text}


def test_settings_are_those_of_the_app(telltale: Shell, az: StandInAz) -> None:
    values = [{"name": name, "value": value} for name, value in SETTINGS.items() if "TABLES" not in name]
    az.answer("appsettings list", "--name func-telltale", output=json.dumps(values))
    status, out, _ = telltale("check", "--app", "func-telltale")
    assert status == 1
    assert "TELLTALE_TABLES_ENDPOINT is missing" in out


def test_what_the_azure_cli_refuses_is_one_line(telltale: Shell, az: StandInAz) -> None:
    az.answer("appsettings list", output="WARNING: x\nERROR: (ResourceNotFound) no such app", status=3)
    line = one_line(telltale("check", "--app", "func; rm -rf /"))
    assert "(ResourceNotFound) no such app" in line
    assert "--name 'func; rm -rf /'" in line
    assert az.asked[0][5] == "func; rm -rf /"


def test_without_the_azure_cli_it_says_where_to_get_it(
    telltale: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert "install" in one_line(telltale("check", "--app", "func-telltale"))
