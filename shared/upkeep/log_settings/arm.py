"""Reading Azure Resource Manager: which resources there are, and what their logging is set to.

Plain REST through azure-core, which is there already: the management libraries of Azure would bring a package for
each of these few reads. Retries (429 with Retry-After, 5xx) are those of azure-core. Imported by a timer only.
Sources: Azure Resource Graph "Resources" 2022-10-01; Azure Monitor "Diagnostic Settings" 2021-05-01-preview;
microsoft.aadiam "Diagnostic Settings" 2017-04-01; Log Analytics "Tables" 2025-02-01.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from shared.base.clouds import PUBLIC

if TYPE_CHECKING:
    from azure.core import PipelineClient
    from azure.core.credentials import TokenCredential

log = logging.getLogger("telltale.log_settings")

PAGE: Final = 1_000
MOST_RESOURCES: Final = 100_000
READ_SECONDS: Final = 30
_GRAPH: Final = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"


class ArmRefused(Exception):  # noqa: N818 - named for what happened
    """A read that was not answered: `status` of the reply (0: none came), and a line for people."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Arm:
    """Reads at `endpoint`, which is that of the cloud, with a managed identity."""

    def __init__(self, credential: Callable[[], TokenCredential], endpoint: str = PUBLIC.arm) -> None:
        self._credential = credential
        self._endpoint = endpoint.rstrip("/")
        self._client: PipelineClient[Any, Any] | None = None

    def resources(self, types: list[str]) -> Iterator[Mapping[str, Any]]:
        """Id, type and kind of every resource and subscription of `types` (lower case) that the identity may read."""
        # Types come from declarations, which only take letters, digits, dots and slashes: nothing to escape.
        listed = ", ".join(f"'{name}'" for name in types)
        found = f"where type in~ ({listed}) | project id, type, kind"
        # Subscriptions are in a table of their own.
        query = f"Resources | {found} | union (ResourceContainers | {found}) | order by id asc"
        body: dict[str, Any] = {"query": query, "options": {"$top": PAGE, "resultFormat": "objectArray"}}
        seen = 0
        while True:
            page = self._request("POST", _GRAPH, body)
            for row in page.get("data") or ():
                yield row
                seen += 1
            token = page.get("$skipToken")
            if not token or seen >= MOST_RESOURCES:
                return
            body["options"]["$skipToken"] = token

    def diagnostic_settings(self, resource_id: str) -> list[Mapping[str, Any]]:
        """The diagnostic settings of a resource or subscription, as Azure Monitor gives them."""
        path = f"{quote(resource_id)}/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview"
        return list(self._request("GET", path).get("value") or ())

    def entra_settings(self) -> list[Mapping[str, Any]]:
        """The diagnostic settings of the Entra tenant."""
        path = "/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01"
        return list(self._request("GET", path).get("value") or ())

    def tables(self, workspace_id: str) -> list[Mapping[str, Any]]:
        """The tables of a Log Analytics workspace, with their retention."""
        return list(
            self._request("GET", f"{quote(workspace_id)}/tables?api-version=2025-02-01").get("value") or ()
        )

    def close(self) -> None:
        """Lets go of the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _request(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        from azure.core.exceptions import AzureError
        from azure.core.rest import HttpRequest

        request = HttpRequest(method, self._endpoint + path, json=body)
        try:
            response = self._connected().send_request(request, read_timeout=READ_SECONDS)
            status = int(response.status_code)
            content: Any = response.json() if status < 300 else None
        except (AzureError, ValueError) as error:
            raise ArmRefused(0, f"no answer from {self._endpoint}: {_shortened(error)}") from error
        if status >= 300:
            raise ArmRefused(status, f"{status} {_reason(response)}".strip())
        return content if isinstance(content, dict) else {}

    def _connected(self) -> PipelineClient[Any, Any]:
        if self._client is None:
            from azure.core import PipelineClient
            from azure.core.pipeline import policies

            local = urlsplit(self._endpoint).scheme == "http"  # this machine only: settings take no other
            authentication = _authentication(self._credential(), f"{self._endpoint}/.default", local=local)
            self._client = PipelineClient(
                self._endpoint,
                policies=[
                    policies.UserAgentPolicy("telltale"),
                    policies.RetryPolicy(retry_total=4),
                    authentication,
                ],
            )
        return self._client


def _authentication(credential: TokenCredential, scope: str, *, local: bool) -> Any:
    from azure.core.pipeline.policies import BearerTokenCredentialPolicy

    class OnThisMachine(BearerTokenCredentialPolicy[Any, Any]):
        """Sends the token over http as well: to an endpoint on this machine."""

        def on_request(self, request: Any) -> None:
            request.context.options["enforce_https"] = False
            super().on_request(request)

    return (OnThisMachine if local else BearerTokenCredentialPolicy)(credential, scope)


def _reason(response: Any) -> str:
    """Code and message of Azure's error, in one line."""
    try:
        error = response.json().get("error", {})
        return _shortened(f"{error.get('code', '')}: {error.get('message', '')}")
    except (ValueError, AttributeError):
        return _shortened(response.reason or "")


def _shortened(text: object) -> str:
    return " ".join(str(text).split())[:300]
