"""Whether each service answers: the sign-in, the store, the hubs, the Logs Ingestion endpoint."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any, Final

import orjson

from cli.azure_cli import INSTALL, shown
from cli.checking.deployment import NAMESPACE, Deployment
from cli.checking.outcome import Line, ok, wrong
from shared.base.clouds import CLOUDS
from shared.base.errors import TelltaleError
from shared.heartbeat.heartbeat_rows import TABLE
from shared.storage import StorageError
from shared.upkeep.canary.hub import EventHub, HubUnavailable, PartitionEnd

SCOPES: Final = {  # the same in every cloud
    "table storage": "https://storage.azure.com/.default",
    "Event Hubs": "https://eventhubs.azure.net/.default",
}
SENDER: Final = "Azure Event Hubs Data Sender"


def identity(deployment: Deployment) -> Line:
    """Whether there is a token for each service, and whose."""
    if deployment.is_local:
        return ok("identity", "every service is on this machine; nobody need sign in")
    from azure.core.exceptions import ClientAuthenticationError

    credential = deployment.credential()
    token = ""
    ingestion = CLOUDS[deployment.settings.cloud].ingestion_scope
    for service, scope in (*SCOPES.items(), ("Logs Ingestion", ingestion)):
        try:
            token = credential.get_token(scope).token
        except (ClientAuthenticationError, OSError) as error:
            said = " ".join(str(error).split())[:300]
            repair = INSTALL if "not found" in said else shown(["login"])
            return wrong("identity", f"there is no token for {service}: {said}", repair)
    return ok("identity", f"signed in as {_who(token)}")


def _who(token: str) -> str:
    """Whom a token is for, by its claims; they are shown, not trusted."""
    try:
        part = token.split(".")[1]
        claims: Any = orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return str(claims.get("upn") or claims.get("appid") or claims.get("oid"))
    except (IndexError, ValueError, AttributeError):
        return "somebody whose token does not say who"


def store(deployment: Deployment) -> Line:
    """Whether the tables answer."""
    settings = deployment.settings
    where = str(settings.sqlite_path if settings.store == "sqlite" else settings.tables_endpoint)
    try:
        with_rows = deployment.store()
        try:
            with_rows.get(TABLE, "check", "check")
        finally:
            with_rows.close()
    except (StorageError, TelltaleError) as error:
        return wrong("store", str(error), _store_repair(deployment, str(error)))
    return ok("store", where)


def _store_repair(deployment: Deployment, said: str) -> str:
    if deployment.settings.store == "sqlite":
        return "telltale run --once"
    if "role" in said or "401" in said or "403" in said:
        return assign("Storage Table Data Contributor", "STORAGE_ACCOUNT_ID")
    if "cannot be reached" in said:
        endpoint = str(deployment.settings.tables_endpoint).partition("//")[2]
        account = endpoint.partition(".")[0]
        return shown(["storage", "account", "show", "--name", account, "--query", "publicNetworkAccess"])
    return deployment.set_command("TELLTALE_TABLES_ENDPOINT", "https://ACCOUNT.table.core.windows.net")


def assign(role: str, scope: str) -> str:
    """The command that gives a role to whoever is missing it."""
    return shown(["role", "assignment", "create", "--role", role, "--assignee", "WHO", "--scope", scope])


def hubs(deployment: Deployment) -> Iterator[tuple[EventHub, list[PartitionEnd], Line]]:
    """Each hub with the ends of its partitions, none where it cannot be reached, and the line about it."""
    for name in deployment.hubs:
        hub = EventHub(name, deployment.producer(name))
        try:
            ends = hub.ends()
        except HubUnavailable as problem:
            yield (
                hub,
                [],
                wrong("hub", without_repetition(problem), hub_repair(deployment, name, str(problem))),
            )
            continue
        declared = deployment.settings.hub_partitions
        if len(ends) != declared:
            detail = f"hub {name} has {len(ends)} partitions, TELLTALE_HUB_PARTITIONS says {declared}"
            repair = deployment.set_command("TELLTALE_HUB_PARTITIONS", str(len(ends)))
            yield hub, ends, wrong("hub", detail, repair)
            continue
        yield hub, ends, ok("hub", f"hub {name} has {len(ends)} partitions")


def without_repetition(problem: object) -> str:
    """What azure-eventhub says, which it says twice."""
    return " ".join(str(problem).split()).partition(" Error condition:")[0][:400]


def hub_repair(deployment: Deployment, hub: str, said: str) -> str:
    """The command for what a hub, or the library, said."""
    namespace = deployment.values.get(NAMESPACE, "").partition(".")[0] or "NAMESPACE"
    place = ["--resource-group", deployment.app.group if deployment.app else "rg-telltale"]
    place += ["--namespace-name", namespace]
    if "NotFound" in said or "could not be found" in said or "404" in said:
        many = str(deployment.settings.hub_partitions)
        return shown(["eventhubs", "eventhub", "create", *place, "--name", hub, "--partition-count", many])
    if "Authentication" in said or "nauthorized" in said:
        return assign(SENDER, "HUB_ID")
    return shown(["eventhubs", "namespace", "network-rule-set", "show", *place])


def ingestion(deployment: Deployment, row: dict[str, object]) -> Line:
    """Whether the data collection rule takes a row of health; it is sent."""
    settings = deployment.settings
    if settings.ingestion_endpoint is None or settings.dcr_immutable_id is None:
        detail = "TELLTALE_INGESTION_ENDPOINT is not set: alerts stay in the outbox"
        value = "https://RULE.REGION-1.ingest.monitor.azure.com"
        return wrong("ingestion", detail, deployment.set_command("TELLTALE_INGESTION_ENDPOINT", value))
    from shared.base.clock import SystemClock
    from shared.delivery.sentinel import SentinelOutlet

    rule = settings.dcr_immutable_id
    outlet = SentinelOutlet(
        settings.ingestion_endpoint,
        rule,
        deployment.credential,
        SystemClock(),
        stream=settings.health_stream,
        scope=CLOUDS[settings.cloud].ingestion_scope,
    )
    try:
        reply = outlet.send([row])
    finally:
        outlet.close()
    if 0 in reply.delivered:
        return ok("ingestion", f"{rule} took a row of {settings.health_stream}")
    kind = reply.troubles[0].kind if reply.troubles else ""
    problem = reply.problem or reply.rejected.get(0) or "the row was not taken"
    return wrong("ingestion", problem, _ingestion_repair(deployment, kind))


def _ingestion_repair(deployment: Deployment, kind: str) -> str:
    if kind == "no_role":
        return assign("Monitoring Metrics Publisher", "RULE_ID")
    if kind == "no_token":
        return shown(["login"])
    if kind == "wrong_stream":
        return deployment.set_command("TELLTALE_DCR_IMMUTABLE_ID", "IMMUTABLE_ID_OF_THE_RULE")
    if kind in {"unknown_host", "wrong_certificate"}:
        return deployment.set_command("TELLTALE_INGESTION_ENDPOINT", "ENDPOINT_OF_THE_RULE")
    return "wait a few minutes and check again; if it stays, deploy infra/main.bicep of this version"
