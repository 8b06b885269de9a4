"""What can go wrong between a worker and a service, how often, and what the service would say.

A fault never lies about what it cannot know: 409 EntityAlreadyExists and 412 for a row that nobody touched are not
answers that Azure gives. Where a worker meets them here, the request was made twice (`echo`), as after a lost answer;
only a 412 may come out of nothing, because a conflict on a version costs a read and no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from random import Random
from typing import Final, Literal

from lab.chaos.wire import HttpMessage, answer

Where = Literal["before", "after", "answered"]
"""When a worker is killed: before its request reaches the service, before it gets the answer, or with it."""

WHERE: Final[tuple[Where, ...]] = ("before", "after", "answered")

STORAGE: Final[Mapping[str, int]] = {
    "409 code": 2,  # another code than EntityAlreadyExists
    "409 bare": 2,  # from something between, without a code
    "409/412 echo": 8,
    "412": 3,
    "429": 3,
    "429 Retry-After": 1,
    "500": 3,
    "500 done": 4,
    "503": 3,
    "503 done": 2,
    "dropped": 4,
    "dropped done": 6,
    "cut answer": 3,
    "late": 4,
    "hang": 1,
    "hang done": 2,
    "stopped": 2,
    "stopped done": 2,
}
"""Faults of storage and their weights. done: the service did it all the same. late: it does it after the client has
given up. stopped: the worker is frozen, its partitions go to others, and it goes on afterwards as a zombie."""

INGESTION: Final[Mapping[str, int]] = {
    "400": 4,
    "401": 4,
    "403": 4,
    "404": 4,
    "408": 4,
    "413": 4,
    "429": 5,
    "429 Retry-After": 5,
    "500": 5,
    "502": 3,
    "503": 5,
    "504": 3,
    "dropped": 6,
    "dropped done": 1,
    "cut answer": 1,
    "cut request": 5,
    "hang": 2,
    "hang done": 1,
}
"""Faults of the ingestion endpoint. What is done and not said (204 lost) must double rows, so it is kept rare."""

_STATUS: Final = re.compile(r"^\d{3}")
_CODES: Final = {
    "409 code": "TableBeingDeleted",
    "412": "UpdateConditionNotSatisfied",
    "429": "TooManyRequests",
    "429 Retry-After": "TooManyRequests",
    "500": "InternalError",
    "500 done": "OperationTimedOut",
    "503": "ServerBusy",
    "503 done": "ServerBusy",
}
_INNER: Final = re.compile(rb"\r\n(POST|PUT|MERGE|PATCH|DELETE) [^\r]*HTTP/1.1\r\n(.*?)\r\n\r\n", re.DOTALL)


def drawn(random: Random, faults: Mapping[str, int]) -> str:
    """One of the faults, by their weights."""
    return random.choices(list(faults), list(faults.values()))[0]


def said(fault: str, request: HttpMessage, service: str) -> bytes | None:
    """The answer that the service gives under a fault; None where it gives none of its own for this request."""
    status = _STATUS.match(fault)
    if status is None:
        return None
    headers = ("Retry-After: 1",) if fault.endswith("Retry-After") else ()
    if fault == "409 bare":
        return answer(409)
    if fault == "412":
        return _condition_failed(request)
    code = _CODES.get(fault, "Fault")
    error = {"code": code, "message": {"lang": "en-US", "value": "made by a fault"}}
    if service == "ingestion":
        return answer(
            int(status[0]), json.dumps({"error": {"code": code, "message": "a fault"}}).encode(), *headers
        )
    return answer(int(status[0]), json.dumps({"odata.error": error}).encode(), *headers)


def _condition_failed(request: HttpMessage) -> bytes | None:
    """A 412 for a request on condition of a version, inside the answer to a transaction where it is one."""
    error = json.dumps(
        {
            "odata.error": {
                "code": "UpdateConditionNotSatisfied",
                "message": {"lang": "en-US", "value": "{index}:The update condition was not satisfied."},
            }
        }
    )
    if b"/$batch" not in request.head.split(b"\r\n", 1)[0]:
        return answer(412, error.replace("{index}:", "").encode()) if _conditional(request.head) else None
    for index, inner in enumerate(_INNER.finditer(request.body)):
        if inner[1] in (b"PUT", b"MERGE", b"PATCH") and _conditional(inner[2] + b"\r\n"):
            body = error.replace("{index}", str(index))
            part = (
                "--batchresponse_f\r\nContent-Type: multipart/mixed; boundary=changesetresponse_f\r\n\r\n"
                "--changesetresponse_f\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
                f"HTTP/1.1 412 Precondition Failed\r\nContent-Type: application/json\r\n\r\n{body}\r\n"
                "--changesetresponse_f--\r\n--batchresponse_f--\r\n"
            ).encode()
            head = (
                "HTTP/1.1 202 Accepted\r\nContent-Type: multipart/mixed; boundary=batchresponse_f\r\n"
                f"Content-Length: {len(part)}\r\n\r\n"
            )
            return head.encode() + part
    return None


def _conditional(head: bytes) -> bool:
    found = re.search(rb"\r?\n?if-match: *([^\r]+)", head, re.IGNORECASE)
    return found is not None and found[1] != b"*"
