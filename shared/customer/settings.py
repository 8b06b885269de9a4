"""The settings of one deployment, from its environment: names and addresses, never a secret.

`functions.composition` reads it once per process; the variables are the function app's settings, all with the
prefix TELLTALE_. Access to what is named here is by managed identity.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.base.clouds import CloudName
from shared.base.errors import TelltaleError

PREFIX = "TELLTALE_"
_IN_GROUP = "(?i)^/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft[.]"
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


class SettingsError(TelltaleError):
    """Settings with which this process cannot start; one line for each."""


def _endpoint(value: str) -> str:
    parts = urlsplit(value)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS)
    ):
        raise ValueError("must be an https address (http is for this machine only)")
    if parts.query or parts.username:
        raise ValueError("must not carry a key or a signature; access is by managed identity")
    return value.rstrip("/")


def _names_in(value: object) -> object:
    """The names in a text, separated by commas or spaces."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _package_name(value: str) -> str:
    if not all(part.isidentifier() for part in value.split(".")):
        raise ValueError("must be names of packages, as in contoso_detectors or contoso.detectors")
    return value


Endpoint = Annotated[str, AfterValidator(_endpoint)]
HubName = Annotated[str, Field(min_length=1, max_length=256)]
PackageName = Annotated[str, AfterValidator(_package_name)]


class Settings(BaseSettings):
    """One customer's collector, as deployed.

    customer: short name that every alert carries. store: where state is kept. hub_name: the hub that takes
    everything; hub_identity, hub_application and hub_network: hubs that a class of telemetry has to itself.
    hub_partitions: how many partitions each hub has. ingestion_endpoint, dcr_immutable_id and alert_stream: where
    alerts go (Logs Ingestion API); health_stream: where rows about telemetry go. alert_file, alert_hub (of
    alert_hub_namespace, else of the telemetry's), webhook_url (signed with the secret at webhook_key_url): where
    alerts go besides. catch_up_alerts: of each severity, how many alerts that had to wait are sent a minute.
    workspace_id: the workspace that alerts end in, asked whether they arrive.
    declarations: the customer's own declarations, relative to the app's root. detector_packages: installed packages of
    detectors, their names separated by commas. client_id: of the user-assigned
    identity, else the system-assigned one. cloud: which of Azure's it is in, where diagnostic settings are
    read unless read_log_settings is false; sending_rule and workspace_resource_id: what they are compared with.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    customer: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")] = "default"
    store: Literal["tables", "sqlite"] = "tables"
    tables_endpoint: Endpoint | None = None
    sqlite_path: Path | None = None
    hub_name: HubName
    hub_identity: HubName | None = None
    hub_application: HubName | None = None
    hub_network: HubName | None = None
    hub_partitions: Annotated[int, Field(ge=1, le=1024)] = 4
    ingestion_endpoint: Endpoint | None = None
    dcr_immutable_id: Annotated[str, Field(pattern=r"^dcr-[0-9a-f]{32}$")] | None = None
    alert_stream: Annotated[str, Field(pattern=r"^Custom-[A-Za-z0-9_]+$")] = "Custom-TelltaleAlerts"
    health_stream: Annotated[str, Field(pattern=r"^Custom-[A-Za-z0-9_]+$")] = "Custom-TelltaleHealth"
    catch_up_alerts: Annotated[int, Field(ge=1, le=10_000)] = 30
    alert_file: Path | None = None
    alert_hub: HubName | None = None
    alert_hub_namespace: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,253}$")] | None = None
    webhook_url: Endpoint | None = None
    webhook_key_url: Endpoint | None = None
    workspace_id: UUID | None = None
    declarations: Path | None = None
    detector_packages: Annotated[tuple[PackageName, ...], NoDecode, BeforeValidator(_names_in)] = ()
    client_id: UUID | None = None
    cloud: CloudName = "AzureCloud"
    read_log_settings: bool = True
    sending_rule: (
        Annotated[str, Field(pattern=_IN_GROUP + "eventhub/namespaces/[^/]+/authorizationrules/[^/]+$")]
        | None
    ) = None
    workspace_resource_id: (
        Annotated[str, Field(pattern=_IN_GROUP + "operationalinsights/workspaces/[^/]+$")] | None
    ) = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.store == "tables" and self.tables_endpoint is None:
            raise ValueError(
                f"{PREFIX}TABLES_ENDPOINT is missing; it names the storage account's table endpoint"
            )
        if self.store == "sqlite" and self.sqlite_path is None:
            raise ValueError(f"{PREFIX}SQLITE_PATH is missing; it names the file of the embedded store")
        if (self.ingestion_endpoint is None) != (self.dcr_immutable_id is None):
            raise ValueError(
                f"{PREFIX}INGESTION_ENDPOINT and {PREFIX}DCR_IMMUTABLE_ID belong together; one is missing"
            )
        hubs = [self.hub_name, self.hub_identity, self.hub_application, self.hub_network]
        named = [hub for hub in hubs if hub is not None]
        if len(set(named)) < len(named):
            raise ValueError(
                f"two of {PREFIX}HUB_NAME, _IDENTITY, _APPLICATION and _NETWORK name the same hub; "
                "two functions would take partitions away from each other"
            )
        self._check_outlets(named)
        return self

    def _check_outlets(self, hubs: list[str]) -> None:
        if (self.webhook_url is None) != (self.webhook_key_url is None):
            raise ValueError(
                f"{PREFIX}WEBHOOK_URL and {PREFIX}WEBHOOK_KEY_URL belong together; one is missing"
            )
        if self.alert_hub_namespace is not None and self.alert_hub is None:
            raise ValueError(f"{PREFIX}ALERT_HUB is missing; it names the hub of {PREFIX}ALERT_HUB_NAMESPACE")
        if self.alert_hub in hubs and self.alert_hub_namespace is None:
            raise ValueError(
                f"{PREFIX}ALERT_HUB names a hub that telemetry is read from; alerts would come back as records"
            )


def read_settings() -> Settings:
    """The settings in the environment.

    Raises SettingsError with one line for each variable that is missing, wrong or probably misspelt. Values
    are not repeated in it, because a secret pasted into the wrong variable would end up in a log.
    """
    problems = _misspelt(os.environ)
    try:
        settings = Settings()
    except ValidationError as error:
        problems += [_line(str(e["loc"][0]) if e["loc"] else "", e["type"], e["msg"]) for e in error.errors()]
    else:
        if not problems:
            return settings
    raise SettingsError("\n".join(problems)) from None


def detector_packages() -> tuple[str, ...]:
    """The names in TELLTALE_DETECTOR_PACKAGES, for who needs no other setting."""
    return tuple(os.environ.get(f"{PREFIX}DETECTOR_PACKAGES", "").replace(",", " ").split())


def _line(field: str, kind: str, message: str) -> str:
    name = PREFIX + field.removeprefix(PREFIX).upper()
    if kind == "missing":
        return f"{name} is missing; set it in the function app's settings"
    reason = message.removeprefix("Value error, ")
    return f"{name}: {reason}" if field else reason


def _misspelt(environment: os._Environ[str]) -> list[str]:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    return [
        f"{name} is not a setting; did you mean {close[0]}?"
        for name in unknown
        if (close := difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.9))
    ]
