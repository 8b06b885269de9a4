"""Builds the collector that the functions call, once per process, from the environment.

The host runs the functions of one process side by side in threads, so building is guarded. The local host and
the tests put a collector of their own in its place with `configure`. What is heavy is imported on first use,
so that the host indexes the app quickly.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

    from shared.base.clock import Clock
    from shared.collector.collector import Collector
    from shared.customer.settings import Settings
    from shared.delivery.outlet import Outlet
    from shared.storage import Store
    from shared.upkeep.canary.hub import Hub
    from shared.upkeep.log_settings.deployed import Deployed

logger = logging.getLogger("telltale")
ROOT = Path(__file__).parents[1]
NAMESPACE = "TelltaleHub__fullyQualifiedNamespace"
"""The setting by which the Functions host finds the hubs; the canary goes through the same."""


class _Composition:
    def __init__(self) -> None:
        self._lock = Lock()
        self._collector: Collector | None = None

    def collector(self) -> Collector:
        """The collector of this process, built on first use; raises TelltaleError for wrong settings."""
        with self._lock:
            if self._collector is None:
                from shared.base.garbage_collection import freeze_garbage_collector
                from shared.customer.settings import read_settings

                self._collector = build(read_settings())
                freeze_garbage_collector()
            return self._collector

    def configure(self, collector: Collector | None) -> None:
        """Use `collector` from now on; None builds one from the environment at the next use."""
        with self._lock:
            self._collector = collector


_composition = _Composition()
collector = _composition.collector
configure = _composition.configure


def build(
    settings: Settings,
    clock: Clock | None = None,
    credential: Callable[[], TokenCredential] | None = None,
    hubs: Sequence[Hub] | None = None,
    sentinel: Callable[[str], Outlet] | None = None,
) -> Collector:
    """A collector as `settings` describe it; raises TelltaleError for what is wrong in the declarations.

    `clock`, `credential` and `hubs` take the place of the machine's clock, the managed identity and the event hubs
    in the local host; `sentinel`, which makes the outlet of a stream, that of the ingestion endpoint.
    """
    from functions import detectors as project
    from shared.base.clock import SystemClock
    from shared.base.clouds import CLOUDS
    from shared.collector.collector import Collector
    from shared.collector.tuning import check_techniques
    from shared.customer.declarations import load_declarations
    from shared.delivery.sentinel import SentinelOutlet
    from shared.detection.discovery import import_packages, library
    from shared.events.registry import registry
    from shared.upkeep.arrival.workspace import Workspace
    from shared.upkeep.log_settings.arm import Arm

    cloud = CLOUDS[settings.cloud]
    clock = clock or SystemClock()
    identity = credential or (lambda: _credential(settings))
    outlet: Outlet | None = None
    health_outlet: Outlet | None = None
    if sentinel is not None:
        outlet, health_outlet = map(sentinel, (settings.alert_stream, settings.health_stream))
    elif settings.ingestion_endpoint and settings.dcr_immutable_id:
        outlet, health_outlet = (
            SentinelOutlet(
                settings.ingestion_endpoint,
                settings.dcr_immutable_id,
                identity,
                clock,
                stream=stream,
                scope=cloud.ingestion_scope,
            )
            for stream in (settings.alert_stream, settings.health_stream)
        )
    workspace = None
    if settings.workspace_id:
        workspace = Workspace(str(settings.workspace_id), identity, cloud.logs)
    found = library(project, import_packages(settings.detector_packages), check_techniques)
    for one in found.left_out:
        logger.error("detector %s is left out: %s", one.id, one.reason)
    reads_settings = settings.read_log_settings and hubs is None
    return Collector(
        store=_store(settings),
        clock=clock,
        detectors=found.detectors,
        left_out=found.left_out,
        registry=registry(),
        declarations=load_declarations(ROOT / settings.declarations) if settings.declarations else None,
        customer=settings.customer,
        partitions=settings.hub_partitions,
        outlet=outlet,
        hubs=_hubs(settings) if hubs is None else hubs,
        deployed=_deployed(settings),
        arm=Arm(lambda: _credential(settings), cloud.arm) if reads_settings else None,
        outlets=_outlets(settings, clock, identity),
        catch_up=settings.catch_up_alerts,
        health_outlet=health_outlet,
        workspace=workspace,
        cloud=cloud,
    )


def _outlets(
    settings: Settings, clock: Clock, credential: Callable[[], TokenCredential]
) -> dict[str, Outlet]:
    """Where alerts go besides Microsoft Sentinel, by name."""
    from shared.delivery.outlets import event_hub, file, webhook
    from shared.delivery.outlets.signing import VaultKey

    found: dict[str, Outlet] = {}
    if settings.alert_file:
        found[file.NAME] = file.FileOutlet(settings.alert_file)
    if settings.alert_hub:
        namespace = settings.alert_hub_namespace or os.environ.get(NAMESPACE, "")
        found[event_hub.NAME] = event_hub.event_hub_outlet(namespace, settings.alert_hub, credential)
    if settings.webhook_url and settings.webhook_key_url:
        key = VaultKey(settings.webhook_key_url, credential, clock)
        found[webhook.NAME] = webhook.WebhookOutlet(settings.webhook_url, key, clock)
    return found


def _names(settings: Settings) -> list[str]:
    names = (settings.hub_name, settings.hub_identity, settings.hub_application, settings.hub_network)
    return [name for name in names if name]


def _deployed(settings: Settings) -> Deployed:
    """What diagnostic settings are compared with: hubs as they name them, and ids of this deployment."""
    from shared.upkeep.log_settings.deployed import Deployed

    namespace = os.environ.get(NAMESPACE, "").partition(".")[0]
    return Deployed(
        hubs=frozenset((namespace.casefold(), name.casefold()) for name in _names(settings)),
        hub=settings.hub_name,
        hub_identity=settings.hub_identity or "",
        sending_rule=settings.sending_rule or "",
        workspace=settings.workspace_resource_id or "",
        identity=str(settings.client_id or ""),
        app=os.environ.get("WEBSITE_SITE_NAME", ""),
    )


def _hubs(settings: Settings) -> list[Hub]:
    """The hubs that a canary goes through; none where no setting names their namespace."""
    from shared.upkeep.canary.hub import event_hub

    namespace = os.environ.get(NAMESPACE)
    if not namespace:
        return []
    return [event_hub(namespace, name, lambda: _credential(settings)) for name in _names(settings)]


def _store(settings: Settings) -> Store:
    from shared.storage import AzureTableStore, SqliteStore

    if settings.store == "sqlite":
        return SqliteStore(str(settings.sqlite_path))
    return AzureTableStore(str(settings.tables_endpoint), _credential(settings))


def _credential(settings: Settings) -> TokenCredential:
    """The managed identity in Azure; elsewhere (`func start`) whoever signed in with the Azure CLI."""
    from azure.identity import AzureCliCredential, ManagedIdentityCredential

    if "IDENTITY_ENDPOINT" in os.environ:
        return ManagedIdentityCredential(client_id=str(settings.client_id) if settings.client_id else None)
    return AzureCliCredential()
