"""The webhook against a real HTTP server that checks signatures, and a vault beside it."""

from __future__ import annotations

import base64
import hmac
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest

from cli.local_credential import LocalCredential
from shared.alerts.alert_row import to_row
from shared.base.clock import VirtualClock
from shared.delivery.fan_out import FanOut
from shared.delivery.outbox import Outbox
from shared.delivery.outlets.file import FileOutlet
from shared.delivery.outlets.signing import KEY_SECONDS, KeyUnavailable, VaultKey, key_of
from shared.delivery.outlets.webhook import WebhookOutlet
from shared.storage import SqliteStore
from tests.alerts.examples import START, example

SECRET = "a secret of more than 24 bytes"


class Receiver(ThreadingHTTPServer):
    """Takes posts at /hook, whose signature it checks, and gives the secret at /secrets/signing."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.secret = SECRET
        self.vault_status = 200
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.taken: list[dict[str, Any]] = []
        self.asked_vault = 0
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_GET(self) -> None:
        self.server.asked_vault += 1
        assert self.headers["Authorization"].startswith("Bearer ")
        self._answer(self.server.vault_status, orjson.dumps({"value": self.server.secret}))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, headers = self.server.answers.pop(0) if self.server.answers else (204, {})
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.digest(self.server.secret.encode(), signed, "sha256")).decode()
        if self.headers["webhook-signature"] != f"v1,{expected}":
            status = 401
        if status < 300:
            row = orjson.loads(body)
            assert row["EventUid"] == self.headers["webhook-id"]
            self.server.taken.append(row)
        self._answer(status, b"", headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
def outlet(receiver: Receiver, clock: VirtualClock) -> Iterator[WebhookOutlet]:
    key = VaultKey(f"{receiver.url}/secrets/signing", LocalCredential, clock)
    made = WebhookOutlet(f"{receiver.url}/hook", key, clock)
    yield made
    made.close()


ROWS = [to_row(example(number)) for number in range(3)]


def test_each_alert_is_posted_and_signed(outlet: WebhookOutlet, receiver: Receiver) -> None:
    assert outlet.send(ROWS).delivered == {0, 1, 2}
    assert [row["EventUid"] for row in receiver.taken] == [row["EventUid"] for row in ROWS]
    assert receiver.asked_vault == 1


@pytest.mark.parametrize(
    ("status", "headers", "delivered", "rejected", "wait", "trouble"),
    [
        (400, {}, {0, 2}, {1}, None, "webhook_rows_refused"),
        (422, {}, {0, 2}, {1}, None, "webhook_rows_refused"),
        (429, {"Retry-After": "7"}, {0}, set(), 7.0, None),
        (503, {}, {0}, set(), None, None),
        (403, {}, {0}, set(), None, "webhook_refused"),
        (302, {"Location": "http://127.0.0.1:1/"}, {0}, set(), None, "webhook_refused"),
    ],
)
def test_an_answer_is_handled_by_what_it_means(
    outlet: WebhookOutlet,
    receiver: Receiver,
    status: int,
    headers: dict[str, str],
    delivered: set[int],
    rejected: set[int],
    wait: float | None,
    trouble: str | None,
) -> None:
    receiver.answers = [(204, {}), (status, headers), (204, {})]
    reply = outlet.send(ROWS)
    assert reply.delivered == delivered
    assert set(reply.rejected) == rejected
    assert reply.retry_after == wait
    assert [one.kind for one in reply.troubles] == ([trouble] if trouble else [])


def test_a_renewed_secret_is_taken_up_when_the_receiver_refuses(
    outlet: WebhookOutlet, receiver: Receiver, clock: VirtualClock
) -> None:
    assert outlet.send(ROWS[:1]).delivered
    receiver.secret = "another secret of enough bytes"
    assert not outlet.send(ROWS[1:2]).delivered
    assert outlet.send(ROWS[1:2]).delivered
    clock.advance(KEY_SECONDS + 1)
    receiver.vault_status = 500  # the key that is known goes on
    assert outlet.send(ROWS[2:]).delivered


def test_without_a_key_nothing_is_sent_and_the_role_is_named(
    outlet: WebhookOutlet, receiver: Receiver
) -> None:
    receiver.vault_status = 403
    reply = outlet.send(ROWS)
    assert receiver.taken == []
    assert reply.problem is not None
    assert "Key Vault Secrets User" in reply.problem
    assert SECRET not in str(reply)


def test_nobody_there_is_a_problem(clock: VirtualClock) -> None:
    outlet = WebhookOutlet("http://127.0.0.1:1/hook", _Fixed(), clock)
    reply = outlet.send(ROWS)
    assert (reply.delivered, reply.rejected) == (frozenset(), {})
    assert reply.problem is not None
    assert reply.problem.startswith("no answer from 127.0.0.1:1: ")


def test_time_that_is_over_leaves_the_rest_to_the_timer(receiver: Receiver, clock: VirtualClock) -> None:
    moments = iter([0.0, 0.0, 99.0])
    outlet = WebhookOutlet(f"{receiver.url}/hook", _Fixed(), clock, lambda: next(moments))
    reply = outlet.send(ROWS, 5.0)
    assert reply.delivered == {0}
    assert reply.out_of_time


@pytest.mark.parametrize(
    ("secret", "said"),
    [("short", "has 5 bytes"), ("whsec_***", "is not base64"), ("whsec_c2hvcnQ=", "has 5 bytes")],
)
def test_a_secret_that_is_none_is_refused(secret: str, said: str) -> None:
    with pytest.raises(KeyUnavailable, match=said):
        key_of(secret)


def test_base64_after_the_prefix_is_decoded() -> None:
    assert key_of("whsec_" + base64.b64encode(b"k" * 32).decode()) == b"k" * 32


def test_an_outlet_that_is_down_holds_up_no_other(
    outlet: WebhookOutlet, receiver: Receiver, clock: VirtualClock, tmp_path: Path
) -> None:
    outbox = Outbox(SqliteStore(":memory:"), clock, outlets=("webhook", "file"))
    fan_out = FanOut(outbox, {"webhook": outlet, "file": FileOutlet(tmp_path / "alerts")}, "contoso")
    receiver.answers = [(503, {})]
    outbox.add([example(number) for number in range(5)])
    fan_out.deliver(only_added=True)
    assert len((tmp_path / "alerts").read_bytes().splitlines()) == 5
    assert receiver.taken == []
    for _ in range(4):
        clock.advance(90)
        fan_out.deliver(only_added=False)
    assert len(receiver.taken) == 5
    assert len((tmp_path / "alerts").read_bytes().splitlines()) == 5
    assert outbox.pending_count() == 0


class _Fixed:
    def __call__(self) -> bytes:
        return SECRET.encode()

    def forget(self) -> None:
        pass
