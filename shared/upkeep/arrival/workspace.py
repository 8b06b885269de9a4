"""Asks the query API of a Log Analytics workspace which alerts are in its table.

Plain REST through azure-core, which is there already: it is one read, a few times an hour. Imported by a timer only.
Sources: "Azure Monitor Log Analytics API: request format" and "Azure Monitor Log Analytics API errors" on Microsoft
Learn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from shared.alerts.alert_columns import TABLE
from shared.alerts.alert_row import stamp
from shared.alerts.text import neutralised, shortened
from shared.base.clouds import PUBLIC

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

READ_SECONDS: Final = 30
_UID: Final = re.compile(r"[0-9a-f]{32}")


class QueryRefused(Exception):  # noqa: N818 - named for what happened
    """A query that was not answered, with a line for people.

    `why`: the identity may not query, or there is no such workspace (permission); the query is not understood, as where
    the table is not there (query); anything that may be over next time (later).
    """

    def __init__(self, why: Literal["permission", "query", "later"], message: str) -> None:
        super().__init__(message)
        self.why = why


def query_of(uids: Collection[str], first: datetime, last: datetime) -> str:
    """The query for those of `uids` that were sent between two moments and are in the table.

    Raises ValueError for what is not the id of an alert, so that nothing else can get into a query.
    """
    for uid in uids:
        if not _UID.fullmatch(uid):
            raise ValueError(f"{uid!r} is not the id of an alert")
    asked = ", ".join(f'"{uid}"' for uid in uids)
    return (
        f"{TABLE}\n"
        f"| where TimeGenerated between (datetime({stamp(first)}) .. datetime({stamp(last)}))\n"
        f"| where EventUid in ({asked})\n"
        "| distinct EventUid"
    )


SCHEMA_QUERY: Final = f"{TABLE}\n| getschema\n| project ColumnName"
"""The query for the columns of the table."""


class Workspace:
    """The workspace with the id `identity` (a GUID), asked at `endpoint` with a managed identity."""

    def __init__(
        self, identity: str, credential: Callable[[], TokenCredential], endpoint: str = PUBLIC.logs
    ) -> None:
        self.identity = identity
        self._credential = credential
        self._endpoint = endpoint.rstrip("/")

    def holds(self, uids: Collection[str], first: datetime, last: datetime) -> frozenset[str]:
        """Those of `uids` that were sent between two moments and can be queried. Raises QueryRefused."""
        return self._first_column(query_of(uids, first, last))

    def columns(self) -> frozenset[str]:
        """The columns that the table of alerts has. Raises QueryRefused."""
        return self._first_column(SCHEMA_QUERY)

    def _first_column(self, query: str) -> frozenset[str]:
        answer = self._ask(query)
        if isinstance(answer, dict) and answer.get("error"):  # 200 with an error: a part of the result
            raise QueryRefused("later", f"{self._endpoint} answered in part: {_shortened(answer['error'])}")
        try:
            return frozenset(str(row[0]) for row in answer["tables"][0]["rows"])
        except (KeyError, IndexError, TypeError) as error:
            raise QueryRefused(
                "later", f"{self._endpoint} answered without a table: {type(error).__name__}"
            ) from error

    def _ask(self, query: str) -> Any:
        from azure.core.exceptions import AzureError
        from azure.core.pipeline import Pipeline
        from azure.core.pipeline.policies import UserAgentPolicy
        from azure.core.pipeline.transport import RequestsTransport
        from azure.core.rest import HttpRequest

        try:
            token = self._credential().get_token(f"{self._endpoint}/.default").token
            request = HttpRequest(
                "POST",
                f"{self._endpoint}/v1/workspaces/{self.identity}/query",
                headers={"Authorization": f"Bearer {token}"},
                json={"query": query},
            )
            with Pipeline[Any, Any](RequestsTransport(), [UserAgentPolicy("telltale")]) as pipeline:
                response: Any = pipeline.run(request, read_timeout=READ_SECONDS).http_response
                status = int(response.status_code)
                body = response.content
        except (AzureError, OSError, ValueError) as error:
            raise QueryRefused("later", f"no answer from {self._endpoint}: {_shortened(error)}") from error
        if status == 200:
            try:
                return orjson.loads(body)
            except orjson.JSONDecodeError as error:
                raise QueryRefused("later", f"half an answer from {self._endpoint}") from error
        said = f"{status} {_shortened(body.decode('utf-8', 'replace'))}".strip()
        if status in {401, 403, 404}:
            raise QueryRefused("permission", f"workspace {self.identity} may not be queried: {said}")
        if status == 400:
            raise QueryRefused("query", f"workspace {self.identity} does not understand the query: {said}")
        raise QueryRefused("later", f"workspace {self.identity} does not answer at present: {said}")


def _shortened(text: object) -> str:
    return shortened(neutralised(" ".join(str(text).split())), 300)
