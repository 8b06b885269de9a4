"""What the store makes of a service's answers, mostly failures: a local HTTP server answers as it is told."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from azure.core.credentials import AccessToken, AzureNamedKeyCredential
from azure.core.exceptions import ClientAuthenticationError

from shared.storage import (
    AzureTableStore,
    Delete,
    Insert,
    InvalidRow,
    Operation,
    Replace,
    Row,
    RowChanged,
    RowExists,
    StorageError,
    StoreUnavailable,
    Upsert,
    transactions,
)

ROW = Row("p", "k", {"N": 1}, "etag")
KEY = AzureNamedKeyCredential("account", "c2VjcmV0")


class Service:
    """A table service that gives one answer to everything, or hangs up (status 0)."""

    def __init__(self) -> None:
        self.status = 503
        self.code = "ServerBusy"
        self.body: bytes | None = None
        self.cut = False
        self.content_type = "application/json"
        self.requests: list[tuple[str, str, int]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                size = int(self.headers.get("Content-Length", 0))
                self.rfile.read(size)
                service.requests.append((self.command, self.path, size))
                if service.status == 0:
                    self.close_connection = True
                    return
                body = service.body
                if body is None:
                    error = {"code": service.code, "message": {"lang": "en-US", "value": "it says\nso"}}
                    body = json.dumps({"odata.error": error}).encode()
                self.send_response(service.status)
                self.send_header("Content-Type", service.content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if service.cut else body)
                self.close_connection = service.cut

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names that http.server calls

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that it has above
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def store(self, retries: int = 0) -> AzureTableStore:
        return AzureTableStore(self.endpoint, KEY, retries=retries)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.close()


def one_line(error: BaseException) -> str:
    text = str(error)
    assert text.isprintable()
    assert len(text) < 300
    return text


def closed_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port


def test_a_service_that_cannot_be_reached_is_unavailable_in_one_line() -> None:
    endpoint = f"http://127.0.0.1:{closed_port()}"
    store = AzureTableStore(endpoint, KEY, retries=1)
    actions: list[Any] = [
        lambda: store.get("windows", "p", "k"),
        lambda: list(store.query("windows")),
        lambda: store.commit("windows", [Insert(ROW)]),
        lambda: store.commit("windows", [Upsert(ROW)]),
        lambda: store.commit("windows", [Upsert(ROW), Delete("p", "l")]),
    ]
    for action in actions:
        with pytest.raises(StoreUnavailable) as caught:
            action()
        line = one_line(caught.value)
        assert line.startswith(f"table storage at {endpoint} cannot be reached")
        assert "Connection refused" in line


def test_a_busy_service_is_asked_again_and_then_unavailable(service: Service) -> None:
    for operation in (Insert(ROW), Upsert(ROW)):
        service.requests.clear()
        with pytest.raises(StoreUnavailable, match=r"answered 503 ServerBusy$"):
            service.store(retries=1).commit("windows", [operation])
        assert len(service.requests) == 2


@pytest.mark.parametrize("operations", [[Insert(ROW)], [Insert(ROW), Delete("p", "l")]])
def test_an_insert_whose_answer_was_lost_is_not_sent_again(
    service: Service, operations: list[Operation]
) -> None:
    service.status = 0
    with pytest.raises(StoreUnavailable, match="the answer was lost"):
        service.store(retries=2).commit("windows", operations)
    assert len(service.requests) == 1


def test_an_upsert_whose_answer_was_lost_is_sent_again(service: Service) -> None:
    service.status = 0
    with pytest.raises(StoreUnavailable, match="the answer was lost"):
        service.store(retries=1).commit("windows", [Upsert(ROW)])
    assert len(service.requests) == 2


def test_a_refused_identity_is_told_which_role_it_needs(service: Service) -> None:
    service.status, service.code = 403, "AuthorizationPermissionMismatch"
    with pytest.raises(
        StoreUnavailable, match=r"403 AuthorizationPermissionMismatch; give .* Table Data Contributor"
    ):
        service.store().get("windows", "p", "k")
    with pytest.raises(StoreUnavailable, match="Storage Table Data Contributor"):
        service.store().commit("windows", [Insert(ROW), Delete("p", "l")])


@pytest.mark.parametrize(
    ("operation", "status", "code", "error"),
    [
        (Insert(ROW), 409, "EntityAlreadyExists", RowExists),
        (Insert(ROW), 409, "TableBeingDeleted", StoreUnavailable),
        (Insert(ROW), 404, "TableNotFound", StoreUnavailable),
        (Insert(ROW), 400, "PropertyNameInvalid", InvalidRow),
        (Upsert(ROW), 413, "RequestBodyTooLarge", InvalidRow),
        (Replace(ROW), 412, "UpdateConditionNotSatisfied", RowChanged),
        (Replace(ROW), 404, "ResourceNotFound", RowChanged),
        (Delete("p", "k", "etag"), 412, "UpdateConditionNotSatisfied", RowChanged),
        (Upsert(ROW), 500, "InternalError", StoreUnavailable),
    ],
)
def test_an_answer_becomes_the_error_that_it_means(
    service: Service, operation: Operation, status: int, code: str, error: type[StorageError]
) -> None:
    service.status, service.code = status, code
    with pytest.raises(error) as caught:
        service.store().commit("windows", [operation])
    one_line(caught.value)


def test_an_answer_from_something_else_is_still_one_line(service: Service) -> None:
    service.status, service.body = 502, b"<html><body>Bad\nGateway</body></html>"
    for operation in (Insert(ROW), Upsert(ROW)):
        with pytest.raises(StoreUnavailable, match="answered 502") as caught:
            service.store().commit("windows", [operation])
        one_line(caught.value)


@pytest.mark.parametrize("status", [404, 409, 412])
@pytest.mark.parametrize(
    "operations",
    [
        [Insert(ROW)],
        [Replace(ROW)],
        [Insert(ROW), Upsert(Row("p", "l", {}))],
        [Delete("p", "k"), Insert(Row("p", "l", {}))],
    ],
)
def test_a_refusal_that_is_not_the_services_says_nothing_about_a_row(
    service: Service, status: int, operations: list[Operation]
) -> None:
    service.status, service.body = status, b""
    with pytest.raises(StoreUnavailable, match=f"answered {status}"):
        service.store().commit("windows", operations)


@pytest.mark.parametrize(("status", "kind"), [(200, "text/json"), (202, "multipart/mixed; boundary=b")])
@pytest.mark.parametrize("cut", [True, False])
def test_an_answer_that_is_cut_short_or_no_answer_to_this_is_unavailable(
    service: Service, status: int, kind: str, cut: bool
) -> None:
    service.status, service.content_type, service.cut = status, kind, cut
    service.body = b"--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No" if cut else b""
    store = service.store()
    actions: list[Any] = [
        lambda: store.get("windows", "p", "k"),
        lambda: list(store.query("windows")),
        lambda: store.commit("windows", [Insert(ROW)]),
        lambda: store.commit("windows", [Insert(ROW), Upsert(Row("p", "l", {}))]),
    ]
    for action in actions:
        with pytest.raises(StoreUnavailable) as caught:
            action()
        one_line(caught.value)


def test_no_request_is_larger_than_azure_takes(service: Service) -> None:
    wide = "\u2028" * 32_000
    key = "é" * 300
    rows = [
        Row(key, f"{key}{number}", {f"Text{n}": wide for n in range(number % 16)}) for number in range(40)
    ]
    operations: list[Operation] = [Upsert(row) for row in rows]
    operations += [Delete(key, f"{key}|{number}") for number in range(100)]
    groups = list(transactions(operations))
    for group in groups:
        with pytest.raises(StoreUnavailable):
            service.store().commit("windows", group)
    sizes = [size for method, path, size in service.requests if path == "/$batch"]
    assert max(sizes) <= 4 * 1024 * 1024
    assert max(sizes) > 2 * 1024 * 1024
    assert len(groups) < len(operations) / 3


def test_requests_are_not_logged_as_information(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(StoreUnavailable):
        service.store().get("windows", "p", "k")
    assert service.requests
    assert [record for record in caplog.records if record.levelno < logging.WARNING] == []


class NoToken:
    """A managed identity that is not there."""

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        raise ClientAuthenticationError(message="ManagedIdentityCredential: no identity\nsecond line")


def test_a_missing_identity_is_said_in_one_line() -> None:
    store = AzureTableStore("https://account.table.core.windows.net", NoToken(), retries=0)
    with pytest.raises(
        StoreUnavailable, match=r"there is no token for it: ManagedIdentity.*no identity$"
    ) as caught:
        store.get("windows", "p", "k")
    one_line(caught.value)


def test_a_token_over_plain_http_is_refused_at_once() -> None:
    with pytest.raises(StorageError, match="only supported with HTTPS") as caught:
        AzureTableStore("http://account.example/?sig=secret", NoToken())
    assert "secret" not in str(caught.value)


def test_a_connection_string_without_a_key_is_refused_at_once() -> None:
    with pytest.raises(StorageError, match="connection string"):
        AzureTableStore.from_connection_string("DefaultEndpointsProtocol=https;AccountName=account")


def test_a_bare_number_in_an_answer_is_a_float(service: Service) -> None:
    service.status = 200
    service.body = json.dumps(
        {
            "odata.etag": "e",
            "PartitionKey": "p",
            "RowKey": "k",
            "Ratio": 3,
            "N": "3",
            "N@odata.type": "Edm.Int64",
        }
    ).encode()
    row = service.store().get("windows", "p", "k")
    assert row == Row("p", "k", {"Ratio": 3.0, "N": 3}, "e")
    assert row is not None
    assert [type(value) for value in row.values.values()] == [float, int]
