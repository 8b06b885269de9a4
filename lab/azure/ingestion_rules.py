"""What the Logs Ingestion API demands of a call, as pure functions; `ingestion.py` serves them over HTTP.

Stricter than the service in one point, so that mistakes show: where the service drops an undeclared column
or turns a value of the wrong type into null, this refuses the call and names row and column. Source: "Logs
Ingestion API in Azure Monitor" and "Data collection rules: supported data types" on Microsoft Learn.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import orjson

from shared.alerts import health_columns
from shared.alerts.alert_columns import COLUMNS, STREAM, ColumnType

API_VERSIONS: Final = frozenset({"2023-01-01", "2021-11-01-preview"})
MAX_BYTES: Final = 1024 * 1024
"""1 MB a call, as sent and unpacked."""

DECLARED: Final = {
    STREAM: {column.name: column.type for column in COLUMNS},
    health_columns.STREAM: {column.name: column.type for column in health_columns.COLUMNS},
}
"""The streams of the data collection rule and their columns."""

_PATH = re.compile(r"/dataCollectionRules/([^/]+)/streams/([^/]+)")


@dataclass(frozen=True, slots=True)
class Call:
    """A POST as it arrived; header names in lower case."""

    target: str
    headers: Mapping[str, str]
    body: bytes


class Refusal(Exception):  # noqa: N818 - it is an answer
    """An answer other than 204; `status`, `code` and the message are what the caller gets."""

    def __init__(self, status: int, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def accepted(
    call: Call, rule_id: str, streams: Mapping[str, Mapping[str, ColumnType]]
) -> tuple[str, list[dict[str, Any]]]:
    """The stream and rows of a call that keeps to the rules; raises Refusal."""
    rule, stream, query = _address(call.target)
    if query.get("api-version", [""])[0] not in API_VERSIONS:
        raise Refusal(400, "InvalidApiVersion", f"the query needs api-version, one of {sorted(API_VERSIONS)}")
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refusal(401, "InvalidToken", "the call needs an Authorization header with a bearer token")
    if rule != rule_id:
        raise Refusal(404, "NotFound", f"Data collection rule with immutable Id '{rule}' not found")
    if stream not in streams:
        raise Refusal(400, "InvalidStream", f"Stream '{stream}' was not configured in rule '{rule}'")
    if call.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "UnsupportedMediaType", "the Content-Type must be application/json")
    rows = _rows(_unpacked(call))
    for index, row in enumerate(rows):
        _check_row(index, row, streams[stream])
    return stream, rows


def _address(target: str) -> tuple[str, str, dict[str, list[str]]]:
    parts = urlsplit(target)
    found = _PATH.fullmatch(parts.path)
    if found is None:
        raise Refusal(404, "NotFound", "the path is /dataCollectionRules/{immutableId}/streams/{stream}")
    return found[1], found[2], parse_qs(parts.query)


def _unpacked(call: Call) -> bytes:
    if len(call.body) > MAX_BYTES:
        raise Refusal(
            413, "ContentLengthLimitExceeded", f"a call takes {MAX_BYTES} bytes, not {len(call.body)}"
        )
    encoding = call.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        return call.body
    if encoding != "gzip":
        raise Refusal(415, "UnsupportedMediaType", f"the Content-Encoding {encoding!r} is not gzip")
    unpack = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        body = unpack.decompress(call.body, MAX_BYTES + 1)
    except zlib.error as error:
        raise Refusal(400, "InvalidPayload", f"the body is not gzip: {error}") from error
    if len(body) > MAX_BYTES:
        raise Refusal(413, "ContentLengthLimitExceeded", f"a call takes {MAX_BYTES} bytes, unpacked too")
    if not unpack.eof:
        raise Refusal(400, "InvalidPayload", "the gzip body is cut short")
    return body


def _rows(body: bytes) -> list[dict[str, Any]]:
    try:
        rows = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, "InvalidPayload", f"the body is not JSON: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refusal(400, "InvalidPayload", "the body must be a JSON array of objects")
    return rows


def _check_row(index: int, row: Mapping[str, object], columns: Mapping[str, ColumnType]) -> None:
    for name, value in row.items():
        kind = columns.get(name)
        if kind is None:
            raise Refusal(400, "UnknownColumn", f"row {index}: the stream declares no column '{name}'")
        if value is not None and not _OF_TYPE[kind](value):
            raise Refusal(400, "InvalidColumn", f"row {index}: column '{name}' is not a {kind}")
    if "TimeGenerated" in columns and row.get("TimeGenerated") is None:
        raise Refusal(400, "InvalidColumn", f"row {index}: there is no TimeGenerated")


def _whole(value: object, bits: int) -> bool:
    return (
        isinstance(value, int) and not isinstance(value, bool) and -(1 << bits - 1) <= value < 1 << bits - 1
    )


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


_OF_TYPE: Final[dict[ColumnType, Callable[[object], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "int": lambda value: _whole(value, 32),
    "long": lambda value: _whole(value, 64),
    "real": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "datetime": _is_moment,
    "dynamic": lambda _: True,
}
