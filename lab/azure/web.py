"""Serves the HTTP functions of the local host on this machine, for the status page. Called by `telltale run`.

In Azure a function key guards the page. Here nobody else can reach it: it listens on the loopback address, and
answers only to that name, so that a page from elsewhere cannot ask through the reader's browser.
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final, Self

from lab.azure.functions_host import LocalHost
from shared.base.errors import TelltaleError

ADDRESS: Final = "127.0.0.1"
_LARGEST_BODY: Final = 1 << 20


class WebServer:
    """Listens on `port` from its making to `close`; 0 takes a free one. Raises TelltaleError for a port in use.

    Requests are answered once a host is given to `serve`; before, they are told to come again.
    """

    def __init__(self, port: int) -> None:
        try:
            self._server = _Server(port)
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise TelltaleError(
                f"the status page cannot listen on {ADDRESS}:{port} ({reason.lower()}); stop what uses the port, "
                "or choose another with --port (0 takes a free one)"
            ) from None
        self._thread = Thread(target=self._server.serve_forever, args=(0.1,), name="status page", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address of the server, without a path."""
        return f"http://{ADDRESS}:{self._server.server_address[1]}"

    def serve(self, host: LocalHost) -> None:
        """Answers with the functions of `host` from now on."""
        self._server.host = host

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int) -> None:
        self.host: LocalHost | None = None
        super().__init__((ADDRESS, port), _Handler)

    def server_bind(self) -> None:
        """Binds without asking a name server what this machine is called."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = ADDRESS, self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 30.0

    def _answer(self) -> None:
        name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if name not in (ADDRESS, "localhost"):
            self._reply(421, {"Content-Type": "text/plain"}, b"This server answers to 127.0.0.1 only.")
            return
        if self.server.host is None:
            self._reply(503, {"Content-Type": "text/plain", "Retry-After": "1"}, b"Telltale is starting.")
            return
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(min(int(length), _LARGEST_BODY)) if length.isdigit() else b""
        response = self.server.host.request(self.command, self.path, dict(self.headers.items()), body)
        kind = response.mimetype
        if kind and kind.startswith("text/"):
            kind += f"; charset={response.charset or 'utf-8'}"
        headers = {**dict(response.headers), "Content-Type": kind or "application/octet-stream"}
        self._reply(response.status_code, headers, response.get_body())

    def _reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = _answer  # noqa: N815 - the library looks for these names

    def log_message(self, *_: object) -> None:
        """Says nothing: the terminal belongs to the scenario."""
