"""A Logs Ingestion endpoint on this machine: a real HTTP server that refuses what the service refuses.

The local host delivers to it, the command line reads its rows, tests make it fail on purpose.
`ingestion_rules.py` says what a call must look like; this file only serves, answers and keeps the rows.
"""

from __future__ import annotations

import socket
import sqlite3
import ssl
import struct
import sys
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, Final, Self

import orjson

from lab.azure.certificate import self_signed
from lab.azure.ingestion_faults import Fault
from lab.azure.ingestion_ledger import Ledger, LedgerFile
from lab.azure.ingestion_rules import DECLARED, MAX_BYTES, Call, Refusal, accepted
from shared.alerts.alert_columns import ColumnType
from shared.base.clock import Clock, SystemClock
from shared.base.errors import TelltaleError

HOST: Final = "127.0.0.1"
RULE_ID: Final = "dcr-local"
READ_SECONDS: Final = 30.0

_HALF_A_LINE: Final = b"HTTP/1"
_HALF_A_BODY: Final = (
    b'HTTP/1.1 %d Cut\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"error": {"co'
)

Faults = Callable[[Call], Refusal | Fault | None]
"""Makes a call fail on purpose: what it returns happens, None lets the call through. `FaultPlan` is one."""


class EndpointUnavailable(TelltaleError):  # noqa: N818 - says what is the matter
    """The endpoint cannot be opened here; the message says why and what to do."""


class IngestionEndpoint:
    """The endpoint, open from its making to `close`, or as a context.

    `port` 0 takes a free one. Rows and calls are kept in the SQLite file `path`, or in memory. `fault` may be set at
    any time. `tls` serves https with a certificate that nobody trusts (`certificate` is its file). Raises
    EndpointUnavailable where the port or the file cannot be used.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        path: Path | str = ":memory:",
        clock: Clock | None = None,
        rule_id: str = RULE_ID,
        streams: Mapping[str, Mapping[str, ColumnType]] = DECLARED,
        tls: bool = False,
    ) -> None:
        self.rule_id = rule_id
        self.fault: Faults | None = None
        self.certificate: Path | None = None
        self._clock = clock or SystemClock()
        self._streams = streams
        self._closing = Event()
        self._directory = TemporaryDirectory(prefix="telltale-") if tls else None
        try:
            self._file = LedgerFile(path)
        except sqlite3.Error as error:
            raise EndpointUnavailable(
                f"the local ingestion endpoint cannot keep its rows in {path} ({error}); name another file"
            ) from error
        try:
            self._server = _Server(port, self)
        except (OSError, OverflowError) as error:
            self._file.close()
            raise EndpointUnavailable(
                f"the local ingestion endpoint cannot listen on {HOST}:{port} ({error}); "
                "stop what uses the port, or choose another (0 takes a free one)"
            ) from error
        if self._directory is not None:
            self.certificate = self_signed(Path(self._directory.name))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            # The handshake happens in the thread of the connection, so that one that fails holds up nobody.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="ingestion", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address to deliver to, without a path."""
        return f"http://{HOST}:{self.port}" if self.certificate is None else f"https://localhost:{self.port}"

    def rows(self, stream: str | None = None) -> list[dict[str, Any]]:
        """The rows that it has taken, in the order of their arrival; of all streams, or of one."""
        return [row for _, row in self.arrivals(stream)]

    def arrivals(self, stream: str | None = None) -> list[tuple[str, dict[str, Any]]]:
        """The same with the time of arrival of each row, in RFC 3339."""
        return self._file.arrivals(stream)

    def ledger(self, stream: str | None = None) -> Ledger:
        """Every call and every row so far; `read_ledger` reads the same from the file in another process."""
        return self._file.ledger(stream)

    def calls(self) -> list[int]:
        """The status of every answer so far, in order; 0 where a fault left none."""
        return [call.status for call in self.ledger().calls]

    def answer(self, call: Call) -> tuple[Refusal | None, Fault | None]:
        """Takes a call and keeps it with its rows; the answer (None: 204) and the fault that it meets."""
        planned = self.fault(call) if self.fault is not None else None
        fault = planned if isinstance(planned, Fault) else None
        refusal = planned if isinstance(planned, Refusal) else None
        stream, rows = "", list[dict[str, Any]]()
        if fault is not None and fault.status:
            refusal = Refusal(fault.status, fault.code, f"planned: {fault.kind}")
        judged = refusal is None and (fault is None or fault.accept or not fault.drop)
        if judged:
            try:
                stream, rows = accepted(call, self.rule_id, self._streams)
            except Refusal as reason:
                refusal = reason
        status = refusal.status if refusal is not None else 204
        if fault is not None and (fault.drop or fault.truncated):
            status = 0
        kind = fault.kind if fault is not None else ""
        self._file.keep(
            self._clock.now().isoformat(), call.target, len(call.body), status, kind, stream, rows
        )
        return refusal, fault

    def pause(self, seconds: float) -> None:
        """Waits, but not beyond the endpoint's end."""
        self._closing.wait(seconds)

    def close(self) -> None:
        """Stops listening and lets go of the file."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._file.close()
        if self._directory is not None:
            self._directory.cleanup()

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

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing of callers who hang up or do not trust the certificate; anything else is a mistake here."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as it was handed over


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
        answer, fault = self.server.endpoint.answer(Call(self.path, headers, body))
        if fault is None:
            self._reply(answer)
        else:
            self._go_wrong(fault, answer)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise Refusal(411, "LengthRequired", "the call needs a Content-Length")
        if int(length) > 16 * MAX_BYTES:
            raise Refusal(413, "ContentLengthLimitExceeded", f"a call takes {MAX_BYTES} bytes, not {length}")
        return self.rfile.read(int(length))

    def _go_wrong(self, fault: Fault, refusal: Refusal | None) -> None:
        self.server.endpoint.pause(fault.delay)
        if fault.drop:
            # Without lingering, closing sends a reset: the other side sees a connection that broke.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
        elif fault.truncated:
            self.wfile.write(_HALF_A_LINE if refusal is None else _HALF_A_BODY % refusal.status)
            self.close_connection = True
        else:
            self._reply(refusal, fault)

    def _reply(self, refusal: Refusal | None, fault: Fault | None = None) -> None:
        if refusal is None:
            self.send_response(204)
            self.end_headers()
            return
        body = orjson.dumps({"error": {"code": refusal.code, "message": refusal.message}})
        retry_after = "" if refusal.retry_after is None else f"{refusal.retry_after:g}"
        if fault is not None:
            body = body if fault.body is None else fault.body
            retry_after = fault.retry_after
        self.send_response(refusal.status)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: whoever wants to know reads `calls`."""
