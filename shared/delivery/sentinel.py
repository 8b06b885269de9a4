"""The outlet into Microsoft Sentinel: the Logs Ingestion API, with a data collection rule (DCR).

The client library does transport and tokens only. Its retries are off, because it sleeps inside the function
and gives up on what it does not know; the outbox retries instead, so every reply ends up in one of these
(`_sentinel_replies.py` tells which):

    204                          delivered
    400, 413                     halved until the rows at fault stand alone; those are asked again once, then rejected
    400 for a missing column     sent without that column, and said
    401, 403, 404, no token      refused: somebody must set something right; says what, and goes on trying
    408, 429, 5xx, anything else retried, after Retry-After where the service gives it
    no answer                    retried; a certificate or a name that stays wrong is said
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from ipaddress import ip_address
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import orjson

from shared.alerts.alert_columns import STREAM
from shared.base.clock import Clock
from shared.base.clouds import PUBLIC
from shared.base.errors import DeclarationError
from shared.delivery._chunks import MAX_BODY_BYTES, array, chunks
from shared.delivery._sentinel_replies import (
    ReplyMeaning,
    Target,
    judged,
    missing_columns,
    no_token,
    one_line,
    refused_every_row,
    refused_rows,
    retry_after,
    unanswered,
)
from shared.delivery.outlet import Reply

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.core.exceptions import HttpResponseError
    from azure.monitor.ingestion import LogsIngestionClient

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 20.0
SEND_SECONDS: Final = 30.0
"""After this long no further call is begun, so that the outbox's claim of 60 s outlasts the last one."""

LEAST_SECONDS: Final = 0.5
"""A call that would have less than this is not begun."""

REFUSALS: Final = 10
"""After so many refused rows since one was taken, the fault is not in the rows: nothing is set aside until one is
taken again.
"""


class _Halted(Exception):  # noqa: N818 - ends a delivery, which is no error of this program
    """Nothing more can be delivered now."""

    def __init__(
        self, verdict: ReplyMeaning, retry_after: float | None = None, *, out_of_time: bool = False
    ) -> None:
        super().__init__(verdict.problem)
        self.verdict = verdict
        self.retry_after = retry_after
        self.out_of_time = out_of_time


class _Rejected(Exception):  # noqa: N818 - as above
    """The service will not take these rows, now or later."""


class _Lacking(Exception):  # noqa: N818 - as above
    """The service does not know a column of these rows."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


class SentinelOutlet:
    """Sends rows to `stream` of the DCR with the immutable id `rule_id`, at `endpoint`.

    `credential` is called once, at the first row. `scope` is that of the cloud. Plain http is
    taken for this machine only (the local endpoint); elsewhere it raises DeclarationError, since it would
    show the token to the network. `seconds` is the clock of the time budget.
    """

    def __init__(
        self,
        endpoint: str,
        rule_id: str,
        credential: Callable[[], TokenCredential],
        clock: Clock,
        *,
        stream: str = STREAM,
        scope: str = PUBLIC.ingestion_scope,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._https = _must_be_https(endpoint)
        self._target = Target(endpoint.rstrip("/"), rule_id, stream, scope)
        self._credential = credential
        self._clock = clock
        self._seconds = seconds
        self._lock = Lock()
        self._client: LogsIngestionClient | None = None
        self._refused = 0

    def send(self, rows: Sequence[Mapping[str, object]], seconds: float | None = None) -> Reply:
        """Sends the rows in calls of at most 1 MB, in `seconds` at most; stops at the first reply that holds for the
        next call too.
        """
        work = _Work(rows)
        budget = min(seconds if seconds is not None else SEND_SECONDS, SEND_SECONDS)
        end = self._seconds() + budget
        longest = READ_SECONDS if seconds is None else min(seconds, READ_SECONDS)
        halted: _Halted | None = None
        try:
            while work.queue:
                left = end - self._seconds()
                if left < min(LEAST_SECONDS, longest):
                    late = f"delivery took longer than {budget:.0f} s; the rest goes next time"
                    raise _Halted(ReplyMeaning("halt", late), out_of_time=True)
                self._send_chunk(work, longest if seconds is None else min(left, longest))
        except _Halted as reason:
            halted = reason
        troubles = []
        if halted is not None and halted.verdict.trouble is not None:
            troubles.append(halted.verdict.trouble)
        if work.lacking:
            troubles.append(missing_columns(work.lacking, self._target))
        if work.rejected:
            troubles.append(refused_rows(len(work.rejected), next(iter(work.rejected.values()))))
        if halted is None:
            return Reply(frozenset(work.delivered), work.rejected, troubles=tuple(troubles))
        return Reply(
            frozenset(work.delivered),
            work.rejected,
            halted.verdict.problem,
            halted.retry_after,
            tuple(troubles),
            halted.out_of_time,
        )

    def _send_chunk(self, work: _Work, seconds: float) -> None:
        """One call with the first chunk of the queue; what is refused is cut in half and waits there again."""
        chunk = work.queue.pop(0)
        try:
            self._upload(array([work.bodies[index] for index in chunk]), seconds)
        except _Lacking as lacking:
            work.queue.insert(0, chunk)
            work.leave_out(lacking.column)
        except _Rejected as reason:
            if len(chunk) > 1:
                middle = len(chunk) // 2
                work.queue[:0] = [chunk[:middle], chunk[middle:]]
            elif chunk[0] not in work.doubted and len(work.bodies[chunk[0]]) + 2 <= MAX_BODY_BYTES:
                work.doubted.add(
                    chunk[0]
                )  # a proxy may have said it; whoever is refused twice alone is at fault
                work.queue.insert(0, chunk)
            else:
                work.rejected[chunk[0]] = str(reason)
                # Also one by one, as rows are sent while the outlet is in trouble.
                self._refused += 1
                if self._refused >= REFUSALS and not work.delivered:
                    work.rejected.clear()
                    raise _Halted(_every_row(str(reason))) from reason
        else:
            self._refused = 0
            work.delivered.update(chunk)

    def close(self) -> None:
        """Lets go of the connection; the next row opens another."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _upload(self, body: bytes, seconds: float) -> None:
        """One call; returns where the service has taken the rows."""
        from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError

        if len(body) > MAX_BODY_BYTES:
            raise _Rejected(f"the row takes {len(body)} bytes; the Logs Ingestion API takes {MAX_BODY_BYTES}")
        try:
            self._connected().upload(
                self._target.rule_id,
                self._target.stream,
                BytesIO(gzip.compress(body, compresslevel=6, mtime=0)),
                enforce_https=self._https,
                connection_timeout=min(CONNECT_SECONDS, seconds),
                read_timeout=seconds,
            )
        except HttpResponseError as error:
            if isinstance(error, ClientAuthenticationError) and error.response is None:
                raise _Halted(no_token(str(error.message), self._target)) from error
            raise self._refusal(error) from error
        except AzureError as error:
            raise _Halted(unanswered(error, str(error.message), self._target)) from error
        except Exception as error:
            # Half an answer can break the library in ways of its own; rows that went before are known to be there.
            raise _Halted(unanswered(error, f"{type(error).__name__}: {error}", self._target)) from error

    def _refusal(self, error: HttpResponseError) -> _Halted | _Rejected | _Lacking:
        """What the service's refusal means for the rows."""
        verdict = judged(error.status_code, *_explained(error), self._target)
        if verdict.what == "column":
            return _Lacking(verdict.column)
        if verdict.what == "rows":
            return _Rejected(verdict.problem)
        if error.status_code == 401:
            self.close()  # the next call asks for another token
        response: Any = error.response
        asked = "" if response is None else str(response.headers.get("Retry-After") or "")
        return _Halted(verdict, retry_after(asked, self._clock.now()))

    def _connected(self) -> LogsIngestionClient:
        from azure.monitor.ingestion import LogsIngestionClient

        with self._lock:
            if self._client is None:
                self._client = LogsIngestionClient(
                    self._target.endpoint,
                    self._credential(),
                    credential_scopes=[self._target.scope],
                    retry_total=0,
                )
            return self._client


class _Work:
    """The rows of one `send` on their way."""

    def __init__(self, rows: Sequence[Mapping[str, object]]) -> None:
        self.bodies = [orjson.dumps(row) for row in rows]
        self.queue = list(chunks(self.bodies))
        self.delivered: set[int] = set()
        self.rejected: dict[int, str] = {}
        self.doubted: set[int] = set()
        self.lacking: set[str] = set()

    def leave_out(self, column: str) -> None:
        """No row has this column from now on."""
        if column in self.lacking:
            raise _Halted(ReplyMeaning("halt", f"Sentinel names a column that was not sent: {column}"))
        self.lacking.add(column)
        rest = [index for chunk in self.queue for index in chunk]
        for index in rest:
            row = orjson.loads(self.bodies[index])
            if row.pop(column, None) is not None:
                self.bodies[index] = orjson.dumps(row)


def _every_row(reason: str) -> ReplyMeaning:
    problem = f"{REFUSALS} rows were refused and none taken, so the fault is not theirs: {reason}"
    return ReplyMeaning("halt", problem, refused_every_row(problem))


def _must_be_https(endpoint: str) -> bool:
    parts = urlsplit(endpoint)
    if parts.scheme == "https" and parts.hostname:
        return True
    host = parts.hostname or ""
    loopback = host == "localhost"
    with suppress(ValueError):
        loopback = loopback or ip_address(host).is_loopback
    if parts.scheme == "http" and loopback:
        return False
    raise DeclarationError(
        f"the Logs Ingestion endpoint {one_line(endpoint)!r} must start with https://, as the page of the data "
        "collection rule gives it (plain http is for an endpoint on this machine only)"
    )


def _explained(error: HttpResponseError) -> tuple[str, str]:
    """Code and message that the service gives, or an empty code and what the library says."""
    details = error.error
    if details is not None and details.code:
        return details.code, details.message or ""
    return "", str(error.reason or error.message)
