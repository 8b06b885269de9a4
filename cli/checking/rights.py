"""The roles of the function app's identity, compared with those that `infra/` gives it; through the Azure CLI."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cli.azure_cli import AzureCliFailed, az_json, shown
from cli.checking.deployment import NAMESPACE, ROOT, App, Deployment
from cli.checking.outcome import Line, ok, unknown, wrong

ROLES: Final[Path] = ROOT / "infra" / "roles.json"


@dataclass(frozen=True, slots=True)
class Needed:
    """A role that the app must have at `scope` (or above), by its name in `infra/roles.json`."""

    role: str
    scope: str
    without: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the app: the resources of its group, its rule's id, the workspace behind the rule, and its
    Application Insights.
    """

    namespace: str | None
    account: str | None
    rule: str | None
    workspace: str | None
    streams: frozenset[str]
    workspace_resource: str | None = None
    insights: str | None = None


def surroundings(deployment: Deployment, app: App) -> Surroundings:
    """Reads the app's resource group; raises AzureCliFailed."""
    found = az_json(["resource", "list", "--resource-group", app.group]) or []
    namespace = deployment.values.get(NAMESPACE, "").partition(".")[0]
    account = (urlsplit(str(deployment.settings.tables_endpoint)).hostname or "").partition(".")[0]
    rule = workspace = workspace_resource = None
    streams: frozenset[str] = frozenset()
    for entry in _of_type(found, "Microsoft.Insights/dataCollectionRules"):
        full = az_json(["resource", "show", "--ids", str(entry["id"])]) or {}
        properties = full.get("properties") or {}
        if properties.get("immutableId") == deployment.settings.dcr_immutable_id:
            rule = str(entry["id"])
            targets = (properties.get("destinations") or {}).get("logAnalytics") or [{}]
            workspace = targets[0].get("workspaceId")
            workspace_resource = targets[0].get("workspaceResourceId")
            streams = frozenset(properties.get("streamDeclarations") or ())
    return Surroundings(
        _named(found, "Microsoft.EventHub/namespaces", namespace),
        _named(found, "Microsoft.Storage/storageAccounts", account),
        rule,
        workspace,
        streams,
        workspace_resource,
        next((str(e["id"]) for e in _of_type(found, "Microsoft.Insights/components")), None),
    )


def roles(deployment: Deployment, app: App, around: Surroundings) -> Iterator[Line]:
    """A line for each role that is missing, or one that all are there."""
    principal = _principal(deployment, app)
    if principal is None:
        yield wrong(
            "roles",
            f"{app.name} does not have the identity of TELLTALE_CLIENT_ID",
            shown(["functionapp", "identity", "assign", *app.arguments, "--identities", "IDENTITY_ID"]),
        )
        return
    yield from _resources(deployment, around)
    held = az_json(["role", "assignment", "list", "--assignee", principal, "--all"]) or []
    ids = json.loads(ROLES.read_text("utf-8"))
    missing = [one for one in needed(deployment, around) if not _holds(held, ids[one.role], one.scope)]
    for one in missing:
        create = ["role", "assignment", "create", "--assignee-object-id", principal]
        create += ["--assignee-principal-type", "ServicePrincipal", "--role", ids[one.role]]
        place = "/".join(one.scope.split("/")[-2:])
        yield wrong(
            "roles", f"no {one.role} on {place}: {one.without}", shown([*create, "--scope", one.scope])
        )
    if not missing:
        yield ok("roles", f"the identity has the {len(needed(deployment, around))} roles that it needs")


def needed(deployment: Deployment, around: Surroundings) -> list[Needed]:
    """The roles that `infra/modules` give; docs/permissions.md says what each is for."""
    found: list[Needed] = []
    if around.namespace:
        for hub in deployment.hubs:
            scope = f"{around.namespace}/eventhubs/{hub}"
            found.append(Needed("eventHubsDataReceiver", scope, "nothing of it is read"))
            found.append(Needed("eventHubsDataSender", scope, "no canary can be sent"))
    if around.account:
        found.append(Needed("storageBlobDataOwner", around.account, "the app does not start"))
        found.append(Needed("storageTableDataContributor", around.account, "batches wait"))
    if around.rule:
        found.append(Needed("monitoringMetricsPublisher", around.rule, "alerts wait in the outbox"))
    if around.insights:
        found.append(Needed("monitoringMetricsPublisher", around.insights, "its own failures are not seen"))
    subscription = _subscription(around.account or around.namespace or "")
    if deployment.settings.read_log_settings and subscription:
        found.append(Needed("monitoringReader", subscription, '"not configured" looks like "silent"'))
    if deployment.settings.workspace_id and around.workspace_resource:
        found.append(
            Needed("logAnalyticsReader", around.workspace_resource, "what never arrived is not noticed")
        )
    return found


def _subscription(resource_id: str) -> str:
    """The subscription that a resource is in, as a scope; empty where the id does not say."""
    parts = resource_id.split("/")
    return "/".join(parts[:3]) if len(parts) > 2 and parts[1].lower() == "subscriptions" else ""


def _resources(deployment: Deployment, around: Surroundings) -> Iterator[Line]:
    """What the settings name and the group does not hold."""
    if around.namespace is None:
        detail = f"{NAMESPACE} names no namespace of the resource group; its roles cannot be compared"
        yield unknown("roles", detail)
    if around.account is None:
        yield unknown("roles", "TELLTALE_TABLES_ENDPOINT names no account of the resource group")
    if around.rule is None:
        detail = "TELLTALE_DCR_IMMUTABLE_ID names no data collection rule of the resource group"
        yield wrong("roles", detail, deployment.set_command("TELLTALE_DCR_IMMUTABLE_ID", "IMMUTABLE_ID"))
        return
    for name in ("alert_stream", "health_stream"):
        stream = str(getattr(deployment.settings, name))
        if stream not in around.streams:
            value = "Custom-TelltaleAlerts" if name == "alert_stream" else "Custom-TelltaleHealth"
            detail = f"the data collection rule has no stream {stream}"
            yield wrong("roles", detail, deployment.set_command(f"TELLTALE_{name.upper()}", value))


def _principal(deployment: Deployment, app: App) -> str | None:
    found = az_json(["functionapp", "identity", "show", *app.arguments]) or {}
    wanted = deployment.settings.client_id
    if wanted is None:
        return found.get("principalId")
    for identity in (found.get("userAssignedIdentities") or {}).values():
        if str(identity.get("clientId", "")).lower() == str(wanted).lower():
            return str(identity["principalId"])
    return None


def _holds(held: Sequence[Any], role: str, scope: str) -> bool:
    return any(
        str(one.get("roleDefinitionId", "")).lower().endswith(role.lower())
        and f"{scope.lower()}/".startswith(f"{str(one.get('scope', '')).lower().rstrip('/')}/")
        for one in held
    )


def _of_type(found: Sequence[Any], kind: str) -> list[Any]:
    return [entry for entry in found if str(entry.get("type", "")).lower() == kind.lower()]


def _named(found: Sequence[Any], kind: str, name: str) -> str | None:
    return next(
        (str(e["id"]) for e in _of_type(found, kind) if str(e.get("name", "")).lower() == name.lower()), None
    )


def compared(deployment: Deployment) -> tuple[list[Line], Surroundings | None]:
    """The lines about roles, and what stands around the app; without an app, why nothing was compared."""
    if deployment.app is None:
        how = "telltale check --app FUNCTION_APP --resource-group rg-telltale"
        return [unknown("roles", "the settings do not say which app's identity it is", how)], None
    try:
        around = surroundings(deployment, deployment.app)
        return list(roles(deployment, deployment.app, around)), around
    except AzureCliFailed as error:
        return [wrong("roles", str(error), shown(["login"]))], None
