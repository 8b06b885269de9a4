"""Asks a Log Analytics workspace whether a row has arrived, through its query API.

Source: "Azure Monitor Log Analytics API: request format" on Microsoft Learn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from local.azure_cli import shown
from shared.alerts.health_columns import TABLE
from shared.errors import TelltaleError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

PUBLIC_CLOUD: Final = "https://api.loganalytics.azure.com"
READ_SECONDS: Final = 30


class WorkspaceUnavailable(TelltaleError):  # noqa: N818 - says what was met
    """The workspace did not answer; the message says what it said, `repair` the command."""

    def __init__(self, message: str, repair: str) -> None:
        super().__init__(message)
        self.repair = repair


class Workspace:
    """The workspace with the GUID `identity`, asked at `endpoint` by whoever `credential` gives a token for."""

    table = TABLE

    def __init__(self, identity: str, endpoint: str, credential: Callable[[], TokenCredential]) -> None:
        self._identity = identity
        self._endpoint = endpoint.rstrip("/")
        self._credential = credential

    def holds(self, identity: str) -> bool:
        """Whether the row of a check is there; raises WorkspaceUnavailable."""
        # Made by this program: letters, digits and dashes, nothing that KQL could take for its own.
        query = (
            f'{TABLE} | where TimeGenerated > ago(2d) | where Why == "telltale check {identity}" '
            "| summarize Rows = count()"
        )
        rows = self._ask(query)
        return bool(rows and rows[0] and int(rows[0][0]) > 0)

    def _ask(self, query: str) -> list[list[Any]]:
        from azure.core.exceptions import AzureError
        from azure.core.pipeline import Pipeline
        from azure.core.pipeline.policies import RetryPolicy, UserAgentPolicy
        from azure.core.pipeline.transport import RequestsTransport
        from azure.core.rest import HttpRequest

        try:
            token = self._credential().get_token(f"{self._endpoint}/.default").token
            request = HttpRequest(
                "POST",
                f"{self._endpoint}/v1/workspaces/{self._identity}/query",
                headers={"Authorization": f"Bearer {token}"},
                json={"query": query},
            )
            policies: Any = [UserAgentPolicy("telltale"), RetryPolicy(retry_total=2)]
            with Pipeline[Any, Any](RequestsTransport(), policies) as pipeline:
                response: Any = pipeline.run(request, read_timeout=READ_SECONDS).http_response
                status = int(response.status_code)
                answer: Any = response.json() if status == 200 else None
        except (AzureError, OSError, ValueError) as error:
            said = " ".join(str(error).split())[:300]
            raise WorkspaceUnavailable(
                f"no answer from {self._endpoint}: {said}", shown(["login"])
            ) from error
        if status == 200:
            tables = answer.get("tables") if isinstance(answer, dict) else None
            return list(tables[0]["rows"]) if tables else []
        if status == 400:  # a table that no row has reached yet is not known
            return []
        raise WorkspaceUnavailable(*self._refused(status))

    def _refused(self, status: int) -> tuple[str, str]:
        where = f"workspace {self._identity}"
        if status in {401, 403}:
            scope = ["--scope", "WORKSPACE_ID"]
            role = ["role", "assignment", "create", "--role", "Log Analytics Reader", "--assignee", "WHO"]
            return f"{where} may not be queried ({status})", shown([*role, *scope])
        if status == 404:
            find = ["monitor", "log-analytics", "workspace", "list", "--query", "[].[name,customerId]"]
            return f"there is no {where} ({status})", shown(find)
        return f"{where} answered {status}", "check again in a few minutes"


def is_here(endpoint: str) -> bool:
    """Whether the endpoint is a stand-in on this machine, which no token goes to."""
    return urlsplit(endpoint).hostname in {"127.0.0.1", "localhost"}
