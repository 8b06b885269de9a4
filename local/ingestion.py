"""A Logs Ingestion endpoint on this machine: a real HTTP server that refuses what the service refuses.

The local host delivers to it, the command line reads its rows, tests make it fail on purpose.
`ingestion_rules.py` says what a call must look like; this file only serves, answers and keeps the rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Final, Self

import orjson

from local.ingestion_rules import DECLARED, MAX_BYTES, Call, Refusal, accepted
from shared.alerts.columns import ColumnType
from shared.clock import Clock, SystemClock
from shared.errors import TelltaleError

HOST: Final = "127.0.0.1"
RULE_ID: Final = "dcr-local"
READ_SECONDS: Final = 30.0

_SCHEMA = """CREATE TABLE IF NOT EXISTS rows (
    number INTEGER PRIMARY KEY, arrived TEXT NOT NULL, stream TEXT NOT NULL, body BLOB NOT NULL
)"""

Fault = Callable[[Call], Refusal | None]
"""Makes a call fail on purpose: what it returns is the answer, None lets the call through."""


class EndpointUnavailable(TelltaleError):  # noqa: N818 - says what is the matter
    """The endpoint cannot be opened here; the message says why and what to do."""


class IngestionEndpoint:
    """The endpoint, open from its making to `close`, or as a context.

    `port` 0 takes a free one. Rows are kept in the SQLite file `path`, or in memory. `fault` may be set at
    any time. Raises EndpointUnavailable where the port or the file cannot be used.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        path: Path | str = ":memory:",
        clock: Clock | None = None,
        rule_id: str = RULE_ID,
        streams: Mapping[str, Mapping[str, ColumnType]] = DECLARED,
    ) -> None:
        self.rule_id = rule_id
        self.fault: Fault | None = None
        self._clock = clock or SystemClock()
        self._streams = streams
        self._lock = Lock()
        self._calls: list[int] = []
        try:
            self._database = sqlite3.connect(str(path), check_same_thread=False)
            self._database.execute(_SCHEMA)
        except sqlite3.Error as error:
            raise EndpointUnavailable(
                f"the local ingestion endpoint cannot keep its rows in {path} ({error}); name another file"
            ) from error
        try:
            self._server = _Server(port, self)
        except (OSError, OverflowError) as error:
            self._database.close()
            raise EndpointUnavailable(
                f"the local ingestion endpoint cannot listen on {HOST}:{port} ({error}); "
                "stop what uses the port, or choose another (0 takes a free one)"
            ) from error
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="ingestion", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address to deliver to, without a path."""
        return f"http://{HOST}:{self.port}"

    def rows(self, stream: str | None = None) -> list[dict[str, Any]]:
        """The rows that it has taken, in the order of their arrival; of all streams, or of one."""
        return [row for _, row in self.arrivals(stream)]

    def arrivals(self, stream: str | None = None) -> list[tuple[str, dict[str, Any]]]:
        """The same with the time of arrival of each row, in RFC 3339."""
        with self._lock:
            found = self._database.execute(
                "SELECT arrived, body FROM rows WHERE ? IS NULL OR stream = ? ORDER BY number",
                (stream, stream),
            ).fetchall()
        return [(arrived, orjson.loads(body)) for arrived, body in found]

    def calls(self) -> list[int]:
        """The status of every answer so far, in order."""
        with self._lock:
            return list(self._calls)

    def answer(self, call: Call) -> Refusal | None:
        """Takes a call: keeps its rows and returns None (204), or says why not."""
        fault = self.fault
        refusal = fault(call) if fault is not None else None
        if refusal is None:
            try:
                stream, rows = accepted(call, self.rule_id, self._streams)
            except Refusal as reason:
                refusal = reason
            else:
                self._keep(stream, rows)
        with self._lock:
            self._calls.append(204 if refusal is None else refusal.status)
        return refusal

    def _keep(self, stream: str, rows: list[dict[str, Any]]) -> None:
        arrived = self._clock.now().isoformat()
        with self._lock, self._database:
            self._database.executemany(
                "INSERT INTO rows (arrived, stream, body) VALUES (?, ?, ?)",
                [(arrived, stream, orjson.dumps(row)) for row in rows],
            )

    def close(self) -> None:
        """Stops listening and lets go of the file."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, endpoint: IngestionEndpoint) -> None:
        self.endpoint = endpoint
        super().__init__((HOST, port), _Handler)

    def server_bind(self) -> None:
        """Binds without asking a name server what this machine is called."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = READ_SECONDS

    def do_POST(self) -> None:
        """A call of the Logs Ingestion API."""
        try:
            body = self._body()
        except Refusal as refusal:
            self._reply(refusal)
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._reply(self.server.endpoint.answer(Call(self.path, headers, body)))

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise Refusal(411, "LengthRequired", "the call needs a Content-Length")
        if int(length) > 16 * MAX_BYTES:
            raise Refusal(413, "ContentLengthLimitExceeded", f"a call takes {MAX_BYTES} bytes, not {length}")
        return self.rfile.read(int(length))

    def _reply(self, refusal: Refusal | None) -> None:
        if refusal is None:
            self.send_response(204)
            self.end_headers()
            return
        body = orjson.dumps({"error": {"code": refusal.code, "message": refusal.message}})
        self.send_response(refusal.status)
        if refusal.retry_after is not None:
            self.send_header("Retry-After", f"{refusal.retry_after:g}")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: whoever wants to know reads `calls`."""
