from __future__ import annotations

import gzip
import http.client
import json
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.local_credential import LocalCredential
from lab.azure.ingestion import EndpointUnavailable, IngestionEndpoint
from lab.azure.ingestion_rules import DECLARED, MAX_BYTES, Call, Refusal, accepted
from shared.alerts.alert_columns import STREAM
from shared.alerts.alert_row import to_row
from shared.base.clock import VirtualClock
from tests.alerts.examples import START, example

ROW = {"TimeGenerated": "2026-11-02T09:00:00Z", "EventUid": "a1"}
PATH = f"/dataCollectionRules/dcr-local/streams/{STREAM}?api-version=2023-01-01"
HEADERS = {
    "Authorization": "Bearer local-token",
    "Content-Type": "application/json",
    "Content-Encoding": "gzip",
}


@pytest.fixture
def endpoint() -> Iterator[IngestionEndpoint]:
    with IngestionEndpoint(clock=VirtualClock(START)) as endpoint:
        yield endpoint


def post(
    endpoint: IngestionEndpoint, body: bytes, path: str = PATH, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=10)
    try:
        connection.request("POST", path, body, HEADERS if headers is None else headers)
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    return answer.status, json.loads(content)["error"] if content else {}


def packed(value: object) -> bytes:
    return gzip.compress(json.dumps(value).encode())


def test_rows_are_taken_with_204_and_kept_with_their_time_of_arrival(endpoint: IngestionEndpoint) -> None:
    rows = [ROW, to_row(example(1))]

    assert post(endpoint, packed(rows)) == (204, {})

    assert endpoint.rows() == endpoint.rows(STREAM) == rows
    assert endpoint.arrivals()[0] == (START.isoformat(), ROW)
    assert endpoint.rows("Custom-Other") == []
    assert endpoint.calls() == [204]


def test_a_body_need_not_be_compressed(endpoint: IngestionEndpoint) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != "Content-Encoding"}

    assert post(endpoint, json.dumps([ROW]).encode(), headers=headers)[0] == 204


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Authorization", None, 401),
        ("Authorization", "Basic eDp5", 401),
        ("Authorization", "Bearer ", 401),
        ("Content-Type", None, 415),
        ("Content-Type", "text/plain", 415),
        ("Content-Encoding", "br", 415),
    ],
)
def test_a_call_with_wrong_headers_is_refused(
    header: str, value: str | None, status: int, endpoint: IngestionEndpoint
) -> None:
    headers = {name: text for name, text in HEADERS.items() if name != header}
    if value is not None:
        headers[header] = value

    assert post(endpoint, packed([ROW]), headers=headers)[0] == status
    assert endpoint.rows() == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/", 404, "NotFound"),
        (PATH.replace("dcr-local", "dcr-other"), 404, "NotFound"),
        (PATH.replace(STREAM, "Custom-Other"), 400, "InvalidStream"),
        (PATH.partition("?")[0], 400, "InvalidApiVersion"),
        (PATH.replace("2023-01-01", "2020-01-01"), 400, "InvalidApiVersion"),
    ],
)
def test_a_call_to_a_wrong_address_is_refused(
    path: str, status: int, code: str, endpoint: IngestionEndpoint
) -> None:
    answer, error = post(endpoint, packed([ROW]), path)

    assert (answer, error["code"]) == (status, code)


@pytest.mark.parametrize("value", [{}, "text", 1, None, [1], [[]], [ROW, "text"]])
def test_a_body_that_is_no_array_of_objects_is_refused(value: object, endpoint: IngestionEndpoint) -> None:
    assert post(endpoint, packed(value))[0] == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"not gzip", gzip.compress(b"not json", mtime=0), gzip.compress(b"[]" * 99, mtime=0)[:-9]],
)
def test_a_body_that_cannot_be_read_is_refused(body: bytes, endpoint: IngestionEndpoint) -> None:
    status, error = post(endpoint, body)

    assert (status, error["code"]) == (400, "InvalidPayload")


def test_a_column_that_is_not_declared_is_named(endpoint: IngestionEndpoint) -> None:
    status, error = post(endpoint, packed([ROW, ROW | {"Suprise": 1}]))

    assert status == 400
    assert error["message"] == "row 1: the stream declares no column 'Suprise'"
    assert endpoint.rows() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("EventUid", 1),
        ("EventCount", "1"),
        ("EventCount", True),
        ("EventCount", 2**31),
        ("ConfidenceScore", "0.5"),
        ("EventStartTime", "yesterday"),
        ("EventStartTime", "2026-11-02T09:00:00"),
        ("TimeGenerated", None),
    ],
)
def test_a_value_of_the_wrong_type_is_named(column: str, value: object, endpoint: IngestionEndpoint) -> None:
    status, error = post(endpoint, packed([ROW | {column: value}]))

    assert status == 400
    assert column in error["message"]


def test_a_column_may_be_null(endpoint: IngestionEndpoint) -> None:
    assert post(endpoint, packed([ROW | {"Evidence": None, "EventCount": None}]))[0] == 204


def test_more_than_a_megabyte_unpacked_is_refused(endpoint: IngestionEndpoint) -> None:
    assert post(endpoint, packed([ROW | {"EventMessage": "x" * MAX_BYTES}]))[0] == 413


def test_more_than_a_megabyte_as_sent_is_refused(endpoint: IngestionEndpoint) -> None:
    body = gzip.compress(b"[" + b" " * MAX_BYTES + b"]", compresslevel=0)

    assert post(endpoint, body)[0] == 413


def test_a_bomb_is_not_unpacked() -> None:
    pack = zlib.compressobj(wbits=31)
    body = b"".join(pack.compress(bytes(1 << 20)) for _ in range(50)) + pack.flush()
    call = Call(PATH, {name.lower(): value for name, value in HEADERS.items()}, body)

    tracemalloc.start()
    with pytest.raises(Refusal, match="unpacked too"):
        accepted(call, "dcr-local", DECLARED)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 8 * MAX_BYTES


def test_a_call_fails_when_it_is_told_to(endpoint: IngestionEndpoint) -> None:
    endpoint.fault = lambda call: Refusal(503, "Busy", call.headers["content-type"], retry_after=2)

    assert post(endpoint, packed([ROW])) == (503, {"code": "Busy", "message": "application/json"})
    assert endpoint.rows() == []


def test_rows_in_a_file_are_there_after_a_restart(tmp_path: Path) -> None:
    with IngestionEndpoint(path=tmp_path / "rows.db") as endpoint:
        post(endpoint, packed([ROW]))

    with IngestionEndpoint(path=tmp_path / "rows.db") as endpoint:
        assert endpoint.rows() == [ROW]


def test_a_port_in_use_is_one_clear_error(endpoint: IngestionEndpoint) -> None:
    with pytest.raises(EndpointUnavailable, match=f"cannot listen on 127.0.0.1:{endpoint.port}") as raised:
        IngestionEndpoint(endpoint.port)

    assert "\n" not in str(raised.value)


def test_a_port_that_does_not_exist_is_one_clear_error() -> None:
    with pytest.raises(EndpointUnavailable, match="cannot listen on"):
        IngestionEndpoint(70_000)


def test_a_file_that_cannot_be_used_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EndpointUnavailable, match="cannot keep its rows in"):
        IngestionEndpoint(path=tmp_path)


def test_the_local_credential_gives_a_token_for_any_scope() -> None:
    token = LocalCredential().get_token("https://monitor.azure.com/.default", enable_cae=True)

    assert token.token
    assert token.expires_on > 0
