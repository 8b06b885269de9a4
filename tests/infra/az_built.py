"""The `az` commands that Python builds, built with sample values: those of repairs, checks, rollouts and removal."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from cli.checking import access, deployment, journey, rights, workspace
from cli.checking.deployment import App, Deployment
from cli.fleet.file import Customer
from cli.fleet.steps import Release, commands
from cli.uninstalling.finding import find
from cli.uninstalling.planning import plan
from cli.uninstalling.target import Target
from shared.customer.settings import read_settings
from shared.upkeep.arrival.workspace import QueryRefused
from shared.upkeep.log_settings._compare import ENTRA, Difference, Lack
from shared.upkeep.log_settings._repair_command import INVENTORY, repair_of
from shared.upkeep.log_settings.deployed import Deployed
from tests.cli.uninstalled import GIVEN, azure

MODULES: Final = (
    "cli/azure_cli.py",
    "cli/checking/access.py",
    "cli/checking/deployment.py",
    "cli/checking/journey.py",
    "cli/checking/rights.py",
    "cli/checking/workspace.py",
    "cli/commands/fleet.py",
    "cli/commands/uninstall.py",
    "cli/fleet/rollout.py",
    "cli/uninstalling/finding.py",
    "cli/uninstalling/planning.py",
    "shared/upkeep/log_settings/_repair_command.py",
)
"""Whatever builds commands or calls the Azure CLI; its commands are built below, or it hands on those of another."""

_ID = "/subscriptions/11111111-2222-4333-8444-555555555555"
_GROUP = f"{_ID}/resourceGroups/rg-telltale/providers"
_RULE = f"{_GROUP}/Microsoft.EventHub/namespaces/evhns-telltale/authorizationRules/azure-monitor"
_CLIENT = "22222222-3333-4444-8555-666666666666"


def built() -> Iterator[tuple[str, list[str]]]:
    """Each command without `az`, and the module that builds it."""
    for where, make in (
        ("shared/upkeep/log_settings/_repair_command.py", _repairs),
        ("cli/fleet/steps.py", _rollout),
        ("cli/checking", _checks),
        ("cli/uninstalling", _removal),
        ("cli/commands/uninstall.py", _subscriptions),
    ):
        for words in make():
            yield where, list(words)


def _repairs() -> Iterator[list[str]]:
    deployed = Deployed(hub="telemetry", hub_identity="identity", sending_rule=_RULE, identity=_CLIENT)
    table = f"{_GROUP}/Microsoft.OperationalInsights/workspaces/log-telltale/tables/TelltaleAlerts_CL"
    subjects = {
        Lack.NOT_CONFIGURED: (ENTRA, _ID, f"{_GROUP}/Microsoft.KeyVault/vaults/it's"),
        Lack.ELSEWHERE: (ENTRA, _ID, f"{_GROUP}/Microsoft.KeyVault/vaults/v"),
        Lack.SHORT_LIVED: (table,),
        Lack.NOT_READABLE: (INVENTORY, _ID),
    }
    for lack in Lack:
        for subject in subjects.get(lack, (_ID,)):
            difference = Difference(lack, subject, "AuditEvent", "microsoft.keyvault/vaults", "", 365)
            words = shlex.split(repair_of(difference, _RULE, deployed))
            if words[0] == "az":
                yield words[1:]


def _rollout() -> Iterator[list[str]]:
    customer = Customer(
        name="contoso", subscription=_CLIENT, tenant=_CLIENT, profile="a", ring=0, location="westeurope",
        parameters={"hubMaximumCapacity": 4, "tags": {"team": "a b"}},
    )  # fmt: skip
    return iter(commands(customer, Release(Path(__file__))))


def _checks() -> Iterator[Sequence[str]]:
    values = {
        "TELLTALE_HUB_NAME": "telemetry",
        "TELLTALE_CONSUMER_GROUP": "telltale",
        "TELLTALE_TABLES_ENDPOINT": "https://sttelltale.table.core.windows.net",
        "TELLTALE_INGESTION_ENDPOINT": "https://dcr.westeurope-1.ingest.monitor.azure.com",
        "TELLTALE_DCR_IMMUTABLE_ID": "dcr-" + "0" * 32,
        "TELLTALE_CLIENT_ID": _CLIENT,
        deployment.NAMESPACE: "evhns-telltale.servicebus.windows.net",
    }
    app = App("func-telltale", "rg-telltale")
    with deployment.environment(values):
        checked = Deployment(read_settings(), values, app)
    asked: list[Sequence[str]] = []
    with (
        patch.object(rights, "az_json", _recorder(asked)),
        patch.object(deployment, "az_json", _recorder(asked)),
    ):
        app.values()
        lines = rights.compared(checked)[0]
    with patch.object(rights, "az_json", _recorder(asked, nothing=True)):
        lines += rights.compared(checked)[0]
    yield from asked
    repairs = [
        *(line.repair for line in lines),
        *(access._store_repair(checked, said) for said in ("role", "cannot be reached", "other")),
        *(access.hub_repair(checked, "telemetry", said) for said in ("NotFound", "Authentication", "other")),
        *(access._ingestion_repair(checked, kind) for kind in ("no_role", "no_token", "wrong_stream")),
        *(workspace._repair(QueryRefused("permission", said)) for said in (": 404", ": 403")),
        journey._look(checked),
        journey._restart(checked),
        deployment._repair(app, "TELLTALE_STORE is wrong"),
    ]
    for repair in repairs:
        words = shlex.split(str(repair))
        if words and words[0] == "az":
            yield words[1:]


def _recorder(asked: list[Sequence[str]], *, nothing: bool = False) -> Callable[[Sequence[str]], Any]:
    """Answers as far as the checks need it, and writes down what was asked."""
    identity = {"clientId": _CLIENT, "principalId": _CLIENT}
    listed = [
        {"id": f"{_GROUP}/{kind}/{name}", "type": kind, "name": name}
        for kind, name in (
            ("Microsoft.EventHub/namespaces", "evhns-telltale"),
            ("Microsoft.Storage/storageAccounts", "sttelltale"),
            ("Microsoft.Insights/dataCollectionRules", "dcr-telltale"),
        )
    ]

    def answer(command: Sequence[str]) -> Any:
        asked.append([*command, "--output", "json"])
        if command[:2] == ["resource", "list"]:
            return listed
        if "identity" in command and not nothing:
            return {"userAssignedIdentities": {"id": identity}}
        return {"properties": {}} if command[:2] == ["resource", "show"] else None

    return answer


def _removal() -> Iterator[Sequence[str]]:
    asked: list[Sequence[str]] = []

    def answer(command: Sequence[str]) -> Any:
        asked.append([*command, "--output", "json"])
        return azure(command)

    target = Target("telltale", GIVEN, tenant=True, tables=True)
    yield from (step.command for step in plan(target, find(target, print, answer)).steps)
    kept = Target("telltale", GIVEN)
    yield from (step.command for step in plan(kept, find(kept, print, azure)).steps)
    yield from asked


def _subscriptions() -> Iterator[Sequence[str]]:
    yield ["account", "show", "--subscription", "NAME", "--output", "json"]
