"""The deployment that is checked: its settings, from the environment or from the function app in Azure."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cli.azure_cli import az_json, shown
from cli.checking.outcome import Line, ok, wrong
from shared.base.errors import TelltaleError
from shared.customer.declarations import load_declarations
from shared.customer.settings import PREFIX, Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.eventhub import EventHubProducerClient

    from shared.storage import Store

ROOT: Final = Path(__file__).parents[2]
CONNECTION: Final = "TelltaleHub"
NAMESPACE: Final = "TelltaleHub__fullyQualifiedNamespace"
CONSUMER_GROUP: Final = "TELLTALE_CONSUMER_GROUP"
_EMULATOR: Final = "UseDevelopmentEmulator=true"
# The account and key of every Azurite, published in its documentation: they open nothing else.
_EMULATED_ACCOUNT: Final = "devstoreaccount1"
_EMULATED_KEY: Final = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)


@dataclass(frozen=True, slots=True)
class App:
    """The function app in Azure."""

    name: str
    group: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """As the commands of the Azure CLI about function apps take it."""
        return ("--name", self.name, "--resource-group", self.group)

    def values(self) -> dict[str, str]:
        """Its settings; raises AzureCliFailed."""
        found = az_json(["functionapp", "config", "appsettings", "list", *self.arguments])
        return {str(entry["name"]): str(entry.get("value") or "") for entry in found or ()}


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is checked. `values`: the settings as they stand; `app` where they are those of an app in Azure."""

    settings: Settings
    values: Mapping[str, str]
    app: App | None = None

    @property
    def hubs(self) -> tuple[str, ...]:
        """The hubs that the collector reads."""
        chosen = self.settings
        names = (chosen.hub_name, chosen.hub_identity, chosen.hub_application, chosen.hub_network)
        return tuple(name for name in names if name)

    @property
    def is_local(self) -> bool:
        """Whether every service stands on this machine, so that nobody need sign in."""
        chosen = self.settings
        stored_here = chosen.store == "sqlite" or on_this_machine(chosen.tables_endpoint)
        sent_here = chosen.ingestion_endpoint is None or on_this_machine(chosen.ingestion_endpoint)
        return stored_here and sent_here and (NAMESPACE not in self.values or self.emulated is not None)

    @property
    def emulated(self) -> str | None:
        """The connection string of a hub's emulator on this machine."""
        return emulator(self.values)

    def set_command(self, name: str, value: str) -> str:
        """The command that sets a setting."""
        return set_command(self.app, name, value)

    def credential(self) -> TokenCredential:
        """Whoever runs the check; in Azure the managed identity."""
        return signed_in(self.settings, local=self.is_local)

    def store(self) -> Store:
        """The store; raises StorageError where it cannot be used."""
        from azure.core.credentials import AzureNamedKeyCredential

        from shared.storage import AzureTableStore, SqliteStore

        if self.settings.store == "sqlite":
            path = Path(str(self.settings.sqlite_path))
            if not path.is_file():
                raise TelltaleError(f"{path}: no collector has written there")
            return SqliteStore(path)
        endpoint = str(self.settings.tables_endpoint)
        if on_this_machine(endpoint):
            key = AzureNamedKeyCredential(_EMULATED_ACCOUNT, _EMULATED_KEY)
            return AzureTableStore(endpoint, key, retries=1)
        return AzureTableStore(endpoint, self.credential(), retries=1)

    def producer(self, hub: str) -> Callable[[], EventHubProducerClient]:
        """What connects to a hub."""
        return producer(self.emulated or self.values.get(NAMESPACE, ""), hub, self.credential)


def on_this_machine(endpoint: str | None) -> bool:
    """Whether an address is of this machine: plain http, which settings allow for nothing else."""
    return endpoint is not None and urlsplit(endpoint).scheme == "http"


def emulator(values: Mapping[str, str]) -> str | None:
    """The connection string in the setting TelltaleHub, if it is that of an emulator."""
    text = values.get(CONNECTION, "")
    return text if _EMULATOR.lower() in text.replace(" ", "").lower() else None


def signed_in(settings: Settings | None, *, local: bool) -> TokenCredential:
    """The managed identity in Azure, elsewhere whoever signed in with the Azure CLI; for this machine nobody."""
    if local:
        from cli.local_credential import LocalCredential

        return LocalCredential()
    from azure.identity import AzureCliCredential, ManagedIdentityCredential

    if "IDENTITY_ENDPOINT" in os.environ:
        client = settings.client_id if settings is not None else None
        return ManagedIdentityCredential(client_id=str(client) if client else None)
    return AzureCliCredential()


def producer(
    where: str, hub: str, credential: Callable[[], TokenCredential]
) -> Callable[[], EventHubProducerClient]:
    """What connects to `hub`: `where` is its namespace, or an emulator's connection string."""

    def connect() -> EventHubProducerClient:
        from azure.eventhub import EventHubProducerClient

        if where.startswith("Endpoint="):
            parts = [part for part in where.split(";") if part and not part.startswith("EntityPath=")]
            return EventHubProducerClient.from_connection_string(
                ";".join(parts), eventhub_name=hub, retry_total=1
            )
        return EventHubProducerClient(where, hub, credential(), retry_total=1)

    return connect


def set_command(app: App | None, name: str, value: str) -> str:
    """The command that sets a setting of the app, or of this shell."""
    if app is None:
        return f"export {name}={quote(value)}"
    return shown(
        ["functionapp", "config", "appsettings", "set", *app.arguments, "--settings", f"{name}={value}"]
    )


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """The settings of Telltale are these for a while, and no others."""
    before = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    for name in before:
        del os.environ[name]
    os.environ.update({name: value for name, value in values.items() if name.startswith(PREFIX)})
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            del os.environ[name]
        os.environ.update(before)


def read(
    values: Mapping[str, str], app: App | None, declarations: Path | None
) -> tuple[Deployment | None, list[Line]]:
    """The deployment, or none where its settings are wrong; and the lines about its settings."""
    lines: list[Line] = []
    settings: Settings | None = None
    try:
        with environment(values):
            settings = read_settings()
    except SettingsError as error:
        lines += [wrong("settings", line, _repair(app, line)) for line in str(error).splitlines()]
    if not values.get(NAMESPACE) and emulator(values) is None:
        detail = f"{NAMESPACE} is missing; the functions host finds no hub"
        lines.append(
            wrong("settings", detail, set_command(app, NAMESPACE, "NAMESPACE.servicebus.windows.net"))
        )
    if not values.get(CONSUMER_GROUP):
        detail = f"{CONSUMER_GROUP} is missing; the triggers cannot be bound"
        lines.append(wrong("settings", detail, set_command(app, CONSUMER_GROUP, "telltale")))
    if settings is not None:
        lines += _declarations(declarations or settings.declarations, app)
    if settings is None or lines:
        return None, lines
    where = f"of {app.name}" if app is not None else "of the environment"
    summary = (
        f"{sum(name.startswith(PREFIX) for name in values)} settings {where}; customer {settings.customer}"
    )
    return Deployment(settings, values, app), [ok("settings", summary)]


def _declarations(path: Path | None, app: App | None) -> list[Line]:
    if path is None:
        return []
    try:
        load_declarations(path if path.is_absolute() or path.is_file() else ROOT / path)
    except TelltaleError as error:
        again = "make package, then publish it" if app is not None else "correct the file"
        return [wrong("settings", line, again) for line in str(error).splitlines()]
    return []


def _repair(app: App | None, line: str) -> str:
    name = line.partition(" ")[0].rstrip(":")
    if not name.startswith(PREFIX):
        return "see docs/settings.md"
    if "did you mean" in line:
        name = line.rpartition(" ")[2].rstrip("?")
    return set_command(app, name, "VALUE")
