"""The status page's server on this machine."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator

import azure.functions as func
import pytest

from lab.azure.functions_host import LocalHost
from lab.azure.web import WebServer
from shared.base.clock import VirtualClock
from shared.base.errors import TelltaleError
from tests.lab.azure.test_functions_host import START


@pytest.fixture
def server() -> Iterator[WebServer]:
    app = func.FunctionApp()

    @app.route(route="page", methods=["GET"])
    def page(req: func.HttpRequest) -> func.HttpResponse:
        if req.params.get("fail"):
            raise ValueError("broken")
        return func.HttpResponse("<p>å</p>", mimetype="text/html", headers={"Cache-Control": "no-store"})

    with WebServer(0) as server:
        server.serve(LocalHost(app.get_functions(), VirtualClock(START)))
        yield server


def get(
    server: WebServer, path: str, method: str = "GET", host: str = ""
) -> tuple[int, dict[str, str], bytes]:
    address = server.url.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request(method, path, headers={"Host": host or address})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def test_a_page_is_served_with_the_headers_of_its_function(server: WebServer) -> None:
    status, headers, body = get(server, "/api/page")
    assert (status, body.decode()) == (200, "<p>å</p>")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/api/other", "GET", 404),
        ("/", "GET", 404),
        ("/api/page", "POST", 405),
        ("/api/page?fail=1", "GET", 500),
    ],
)
def test_what_is_not_there_is_refused(server: WebServer, path: str, method: str, status: int) -> None:
    found, _, body = get(server, path, method)
    assert found == status
    assert b"broken" not in body


def test_a_page_from_elsewhere_cannot_ask_through_the_browser(server: WebServer) -> None:
    assert get(server, "/api/page", host="attacker.example:7071")[0] == 421
    assert get(server, "/api/page", host="localhost")[0] == 200


def test_before_there_is_a_host_it_says_so() -> None:
    with WebServer(0) as server:
        assert get(server, "/api/page")[0] == 503


def test_a_port_in_use_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(TelltaleError, match=f"cannot listen on 127.0.0.1:{port}.*--port"):
            WebServer(port)
    with pytest.raises(TelltaleError, match="cannot listen on"):
        WebServer(70_000)
