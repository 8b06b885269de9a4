"""The outlet into Microsoft Sentinel: the Logs Ingestion API, with a data collection rule (DCR).

The client library does transport and tokens only. Its retries are off, because it sleeps inside the function
and gives up on what it does not know; the outbox retries instead, so every reply ends up in one of these:

    204                          delivered
    400, 413                     halved until the rows at fault stand alone; those are rejected
    401, 403, 404, no token      refused: somebody must set something right; says what, and goes on trying
    429, 5xx, anything else      retried, after Retry-After where the service gives it
    no answer                    retried

Source: "Logs Ingestion API in Azure Monitor" on Microsoft Learn.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from io import BytesIO
from ipaddress import ip_address
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import orjson

from shared.alerts.chunks import MAX_BODY_BYTES, array, chunks
from shared.alerts.columns import STREAM
from shared.alerts.delivery import Reply
from shared.alerts.text import neutralised, shortened
from shared.clock import Clock
from shared.errors import DeclarationError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.core.exceptions import HttpResponseError
    from azure.monitor.ingestion import LogsIngestionClient

SCOPE: Final = "https://monitor.azure.com/.default"
ROLE: Final = "Monitoring Metrics Publisher"
CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 20
SEND_SECONDS: Final = 30.0
"""After this long no further call is begun, so that the outbox's claim of 60 s outlasts the last one."""


class _Halted(Exception):  # noqa: N818 - ends a delivery, which is no error of this program
    """Nothing more can be delivered now."""

    def __init__(self, problem: str, retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.retry_after = retry_after


class _Rejected(Exception):  # noqa: N818 - as above
    """The service will not take these rows, now or later."""


class SentinelOutlet:
    """Sends rows to `stream` of the DCR with the immutable id `rule_id`, at `endpoint`.

    `credential` is called once, at the first row. `scope` is another one in a sovereign cloud. Plain http is
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
        scope: str = SCOPE,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._https = _must_be_https(endpoint)
        self._endpoint = endpoint.rstrip("/")
        self._rule_id = rule_id
        self._credential = credential
        self._clock = clock
        self._stream = stream
        self._scope = scope
        self._seconds = seconds
        self._lock = Lock()
        self._client: LogsIngestionClient | None = None

    def send(self, rows: Sequence[Mapping[str, object]]) -> Reply:
        """Sends the rows in calls of at most 1 MB; stops at the first reply that holds for the next call
        too.
        """
        bodies = [orjson.dumps(row) for row in rows]
        delivered: set[int] = set()
        rejected: dict[int, str] = {}
        end = self._seconds() + SEND_SECONDS
        queue = list(chunks(bodies))
        try:
            while queue:
                if self._seconds() > end:
                    raise _Halted(f"delivery took longer than {SEND_SECONDS:.0f} s; the rest goes next time")
                chunk = queue.pop(0)
                try:
                    self._upload(array([bodies[index] for index in chunk]))
                except _Rejected as reason:
                    if len(chunk) == 1:
                        rejected[chunk[0]] = str(reason)
                    else:
                        middle = len(chunk) // 2
                        queue[:0] = [chunk[:middle], chunk[middle:]]
                else:
                    delivered.update(chunk)
        except _Halted as halted:
            return Reply(frozenset(delivered), rejected, halted.problem, halted.retry_after)
        return Reply(frozenset(delivered), rejected)

    def close(self) -> None:
        """Lets go of the connection; the next row opens another."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _upload(self, body: bytes) -> None:
        """One call; returns where the service has taken the rows."""
        from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError

        if len(body) > MAX_BODY_BYTES:
            raise _Rejected(f"the row takes {len(body)} bytes; the Logs Ingestion API takes {MAX_BODY_BYTES}")
        try:
            self._connected().upload(
                self._rule_id,
                self._stream,
                BytesIO(gzip.compress(body, compresslevel=6, mtime=0)),
                enforce_https=self._https,
                connection_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
            )
        except HttpResponseError as error:
            if isinstance(error, ClientAuthenticationError) and error.response is None:
                raise _Halted(
                    f"no token for {self._scope}: {_brief(error.message)}; check the app's managed identity"
                ) from error
            raise self._judged(error) from error
        except AzureError as error:
            raise _Halted(f"no answer from {self._endpoint}: {_brief(error.message)}") from error

    def _judged(self, error: HttpResponseError) -> _Halted | _Rejected:
        """What the service's refusal means for the rows."""
        status = error.status_code
        code, message = _explained(error)
        said = _brief(f"{status} {code}: {message}" if code else f"{status} {message}")
        if status in {401, 403}:
            return _Halted(
                f"Sentinel refused the app ({said}); give its managed identity the role {ROLE} on the data "
                f"collection rule {self._rule_id}; a new role assignment takes up to 30 minutes to work"
            )
        if status == 404 or (status == 400 and code == "InvalidStream"):
            return _Halted(
                f"{self._endpoint} has no stream {self._stream} in the data collection rule {self._rule_id} "
                f"({said}); check the endpoint, the rule's immutable id and its stream"
            )
        if status in {400, 413}:
            return _Rejected(f"Sentinel rejected the row ({said})")
        return _Halted(f"Sentinel cannot take rows at present ({said})", self._retry_after(error))

    def _retry_after(self, error: HttpResponseError) -> float | None:
        """Seconds that the service wants to be left alone for; it may give seconds or a date."""
        response: Any = error.response
        value = "" if response is None else str(response.headers.get("Retry-After") or "")
        with suppress(ValueError):
            return max(float(value), 0.0)
        with suppress(ValueError):
            moment = parsedate_to_datetime(value)
            if moment.tzinfo is not None:
                return max((moment - self._clock.now()).total_seconds(), 0.0)
        return None

    def _connected(self) -> LogsIngestionClient:
        from azure.monitor.ingestion import LogsIngestionClient

        with self._lock:
            if self._client is None:
                self._client = LogsIngestionClient(
                    self._endpoint, self._credential(), credential_scopes=[self._scope], retry_total=0
                )
            return self._client


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
        f"the Logs Ingestion endpoint {_brief(endpoint)!r} must start with https://, as the page of the data "
        "collection rule gives it (plain http is for an endpoint on this machine only)"
    )


def _explained(error: HttpResponseError) -> tuple[str, str]:
    """Code and message that the service gives, or an empty code and what the library says."""
    details = error.error
    if details is not None and details.code:
        return details.code, details.message or ""
    return "", str(error.reason or error.message)


def _brief(text: object) -> str:
    """A text from the network in one short line that is safe to log."""
    return shortened(neutralised(" ".join(str(text).split())), 400)
