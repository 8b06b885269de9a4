"""Alerts to a webhook: one POST each, signed, so that the receiver knows who sent it and can drop repeated ones.

Headers as in the Standard Webhooks specification: `webhook-id` is the alert's EventUid, `webhook-timestamp` the
seconds since 1970, `webhook-signature` what `signing.py` makes. Redirects are not followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

import orjson

from shared.base.clock import Clock
from shared.base.version import VERSION
from shared.delivery._sentinel_replies import one_line, retry_after
from shared.delivery.outlet import Reply
from shared.delivery.outlets.signing import KeyUnavailable, signature
from shared.delivery.trouble import A_WHILE, AT_ONCE, Trouble

if TYPE_CHECKING:
    import requests

NAME: Final = "webhook"
CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0
SEND_SECONDS: Final = 30.0
"""After this long no further call is begun, so that the outbox's claim of 60 s outlasts the last one."""

_REFUSES_ALERT: Final = frozenset({400, 413, 422})
_REFUSES_US: Final = frozenset({401, 403, 404, 405, 410})


class Key(Protocol):
    """Gives the key to sign with; `forget` has it read anew."""

    def __call__(self) -> bytes:
        """The key. Raises KeyUnavailable."""
        ...

    def forget(self) -> None:
        """Has the key read anew at the next use."""
        ...


@dataclass(frozen=True, slots=True)
class _Halt:
    problem: str
    retry_after: float | None = None
    trouble: Trouble | None = None
    out_of_time: bool = False


class WebhookOutlet:
    """Posts alerts to `url`, signed with `key`. Thread-safe; one call at a time."""

    def __init__(self, url: str, key: Key, clock: Clock, seconds: Callable[[], float] = monotonic) -> None:
        self._url = url
        self._host = urlsplit(url).netloc
        self._key = key
        self._clock = clock
        self._seconds = seconds
        self._session: requests.Session | None = None
        self._lock = Lock()

    def send(self, rows: Sequence[Mapping[str, object]], seconds: float | None = None) -> Reply:
        """See `Outlet.send`: in order, until one is not taken."""
        end = self._seconds() + min(SEND_SECONDS, SEND_SECONDS if seconds is None else seconds)
        delivered: set[int] = set()
        rejected: dict[int, str] = {}
        halt: _Halt | None = None
        with self._lock:
            for number, row in enumerate(rows):
                left = end - self._seconds()
                if left <= 0:
                    halt = _Halt("no time is left; the timer sends the rest", out_of_time=True)
                    break
                answer = self._post(row, left)
                if isinstance(answer, _Halt):
                    halt = answer
                    break
                if answer:
                    rejected[number] = answer
                else:
                    delivered.add(number)
        troubles = [halt.trouble] if halt is not None and halt.trouble is not None else []
        if rejected:
            troubles.append(_refused(self._host, len(rejected), next(iter(rejected.values()))))
        if halt is None:
            return Reply(frozenset(delivered), rejected, troubles=tuple(troubles))
        return Reply(
            frozenset(delivered), rejected, halt.problem, halt.retry_after, tuple(troubles), halt.out_of_time
        )

    def _post(self, row: Mapping[str, object], seconds: float) -> _Halt | str:
        """Sends one alert: '' where it was taken, why it is refused for good, or why nothing can be sent now."""
        import requests

        body = orjson.dumps(row)
        identity, moment = str(row.get("EventUid", "")), int(self._clock.now().timestamp())
        try:
            signed = signature(self._key(), identity, moment, body)
        except KeyUnavailable as error:
            problem = f"alerts for {self._host} cannot be signed: {error}"
            return _Halt(problem, trouble=_held_up(self._host, "webhook_key", problem, A_WHILE))
        self._session = self._session or requests.Session()
        try:
            answer = self._session.post(
                self._url,
                data=body,
                headers={
                    "Content-Type": "application/json",
                    "User-Agent": f"Telltale/{VERSION}",
                    "webhook-id": identity,
                    "webhook-timestamp": str(moment),
                    "webhook-signature": signed,
                },
                timeout=(min(CONNECT_SECONDS, seconds), min(READ_SECONDS, seconds)),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return _Halt(f"no answer from {self._host}: {one_line(error)}")
        return self._judged(answer)

    def _judged(self, answer: requests.Response) -> _Halt | str:
        status = answer.status_code
        if 200 <= status < 300:
            return ""
        said = one_line(f"{status} {answer.reason}")
        if status in _REFUSES_ALERT:
            return f"{self._host} refused the alert ({said})"
        if status in _REFUSES_US or 300 <= status < 400:
            self._key.forget()  # it may have been renewed
            problem = f"{self._host} takes no alerts from this app ({said})"
            return _Halt(problem, trouble=_held_up(self._host, "webhook_refused", problem, AT_ONCE))
        wait = retry_after(answer.headers.get("Retry-After", ""), self._clock.now())
        return _Halt(f"{self._host} cannot take alerts at present ({said})", wait)

    def close(self) -> None:
        """Lets go of the connection; the next alert opens another."""
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.close()


def _held_up(host: str, kind: str, problem: str, patience: timedelta) -> Trouble:
    return Trouble(
        kind=kind,
        title=f"Alerts are held up: the webhook at {host} cannot be used",
        message=problem,
        fix="Check the webhook's address and that both sides have the same secret (docs/delivery.md).",
        patience=patience,
    )


def _refused(host: str, count: int, reason: str) -> Trouble:
    return Trouble(
        kind="webhook_rows_refused",
        title=f"The webhook at {host} refuses alerts for good; they are set aside",
        message=f"{count} in one delivery; the first: {reason}",
        fix="Have the receiver take alerts of this version, then run `telltale redrive`.",
        evidence={"refused": count, "reason": reason},
    )
