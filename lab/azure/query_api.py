"""The query API of a Log Analytics workspace on this machine, over what the local ingestion endpoint has taken.

It understands the queries that the arrival check asks, and refuses any other as the service refuses what it cannot
parse. `hidden` are alerts that were accepted and never came into the table, `columns` those that the table has;
`refusal` is answered in place of all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final, Self

import orjson

from shared.alerts.alert_columns import COLUMNS
from shared.upkeep.arrival.workspace import SCHEMA_QUERY

HOST: Final = "127.0.0.1"
_QUERY: Final = re.compile(
    r"TelltaleAlerts_CL\n"
    r"\| where TimeGenerated between \(datetime\(([^)]+)\) \.\. datetime\(([^)]+)\)\)\n"
    r'\| where EventUid in \(("[0-9a-f]{32}"(?:, "[0-9a-f]{32}")*)\)\n'
    r"\| distinct EventUid"
)


class QueryEndpoint:
    """The query API of `workspace`, open from its making to `close`, or as a context. `rows`: what was taken."""

    def __init__(self, workspace: str, rows: Callable[[], list[dict[str, Any]]]) -> None:
        self.hidden: set[str] = set()
        self.columns = [column.name for column in COLUMNS]
        self.refusal: tuple[int, bytes] | None = None
        self.queries: list[str] = []
        self._path = f"/v1/workspaces/{workspace}/query"
        self._rows = rows
        self._server = _Server((HOST, 0), _Handler)
        self._server.endpoint = self
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="queries", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address to ask, without a path."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to a query."""
        query = str(orjson.loads(body)["query"])
        self.queries.append(query)
        if self.refusal is not None:
            return self.refusal
        if path != self._path:
            return 404, _error("WorkspaceNotFoundError", "The workspace could not be found")
        if query == SCHEMA_QUERY:
            return 200, _table("ColumnName", self.columns)
        asked = _QUERY.fullmatch(query)
        if asked is None:
            return 400, _error("BadArgumentError", "The request had some invalid properties")
        first, last = (datetime.fromisoformat(moment) for moment in asked.groups()[:2])
        uids = set(re.findall(r"\w+", asked[3])) - self.hidden
        found = {
            str(row["EventUid"])
            for row in self._rows()
            if row.get("EventUid") in uids and first <= datetime.fromisoformat(row["TimeGenerated"]) <= last
        }
        return 200, _table("EventUid", sorted(found))

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _table(column: str, values: list[str]) -> bytes:
    columns = [{"name": column, "type": "string"}]
    rows = [[value] for value in values]
    return orjson.dumps({"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]})


def _error(code: str, message: str) -> bytes:
    return orjson.dumps({"error": {"code": code, "message": message}})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    endpoint: QueryEndpoint


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """A query."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            status, answer = 401, _error("AuthenticationFailed", "The 'Authorization' header is missing")
        else:
            status, answer = self.server.endpoint.answer(self.path, body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Says nothing: whoever wants to know reads `queries`."""
