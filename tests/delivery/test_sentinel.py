from __future__ import annotations

import gzip
from random import Random

import orjson
import pytest

from cli.local_credential import LocalCredential
from lab.azure.ingestion import IngestionEndpoint
from lab.azure.ingestion_rules import Call, Refusal
from shared.base.clock import VirtualClock
from shared.base.errors import DeclarationError
from shared.delivery.outbox import Outbox
from shared.delivery.outlet import DeliveryReport
from shared.delivery.sentinel import SentinelOutlet
from tests.alerts.examples import example
from tests.delivery.delivering import deliver


def answering(status: int, code: str = "Failed", retry_after: float | None = None) -> Refusal:
    return Refusal(status, code, "told to", retry_after)


def test_many_alerts_go_in_calls_under_a_megabyte(
    outbox: Outbox, outlet: SentinelOutlet, endpoint: IngestionEndpoint
) -> None:
    noise = Random(3)
    alerts = [example(number, evidence={"text": noise.randbytes(20_000).hex()}) for number in range(60)]
    outbox.add(alerts)

    assert deliver(outbox, outlet) == DeliveryReport(delivered=60)

    assert endpoint.calls() == [204] * 3
    assert sorted(row["EventUid"] for row in endpoint.rows()) == sorted(alert.uid for alert in alerts)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 418])
def test_a_failure_of_the_service_is_retried(
    status: int, outbox: Outbox, outlet: SentinelOutlet, endpoint: IngestionEndpoint, clock: VirtualClock
) -> None:
    outbox.add([example(1)])
    endpoint.fault = lambda _: answering(status)

    report = deliver(outbox, outlet)

    assert (report.delivered, report.retried, report.dead) == (0, 1, 0)
    assert str(status) in str(report.problem)
    assert endpoint.calls() == [status]
    endpoint.fault = None
    clock.advance(10)
    assert deliver(outbox, outlet) == DeliveryReport(delivered=1)


def test_retry_after_is_honoured_and_nothing_more_is_sent(
    outbox: Outbox, outlet: SentinelOutlet, endpoint: IngestionEndpoint, clock: VirtualClock
) -> None:
    outbox.add([example(number, evidence={"text": "x" * 60_000}) for number in range(40)])
    endpoint.fault = lambda _: answering(429, retry_after=90)

    assert deliver(outbox, outlet).retried == 40
    assert endpoint.calls() == [429]

    endpoint.fault = None
    clock.advance(89)
    assert deliver(outbox, outlet) == DeliveryReport()
    clock.advance(1)
    assert deliver(outbox, outlet).delivered == 40


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_role_is_named_and_the_alerts_wait(
    status: int, outbox: Outbox, outlet: SentinelOutlet, endpoint: IngestionEndpoint, clock: VirtualClock
) -> None:
    outbox.add([example(1), example(2)])
    endpoint.fault = lambda _: answering(status, "OperationFailed")

    report = deliver(outbox, outlet)

    assert (report.retried, report.dead) == (2, 0)
    assert "Monitoring Metrics Publisher" in str(report.problem)
    assert endpoint.rule_id in str(report.problem)
    endpoint.fault = None
    clock.advance(10)
    assert deliver(outbox, outlet).delivered == 2


def test_a_wrong_rule_or_stream_is_named_and_the_alerts_wait(
    outbox: Outbox, endpoint: IngestionEndpoint, clock: VirtualClock
) -> None:
    outbox.add([example(1)])
    wrong_rule = SentinelOutlet(endpoint.url, "dcr-other", LocalCredential, clock)
    wrong_stream = SentinelOutlet(
        endpoint.url, endpoint.rule_id, LocalCredential, clock, stream="Custom-Other"
    )

    for outlet in (wrong_rule, wrong_stream):
        report = deliver(outbox, outlet)
        clock.advance(60)
        assert (report.retried, report.dead) == (1, 0)
        assert "immutable id" in str(report.problem)
        outlet.close()


def test_a_row_that_the_service_rejects_is_isolated_and_put_aside(
    outbox: Outbox, outlet: SentinelOutlet, endpoint: IngestionEndpoint
) -> None:
    alerts = [example(number) for number in range(50)]
    outbox.add(alerts)
    bad = {alerts[7].uid, alerts[31].uid}
    endpoint.fault = lambda call: answering(400, "InvalidPayload") if bad & uids_in(call) else None

    report = deliver(outbox, outlet)

    assert (report.delivered, report.retried, report.dead) == (48, 0, 2)
    assert "InvalidPayload" in str(report.problem)
    assert {row["EventUid"] for row in endpoint.rows()} == {alert.uid for alert in alerts} - bad
    assert len(endpoint.rows()) == 48
    assert {line.uid for line in outbox.recent() if line.status == "dead"} == bad


def test_a_call_too_large_for_the_service_is_halved(
    outbox: Outbox, outlet: SentinelOutlet, endpoint: IngestionEndpoint
) -> None:
    outbox.add([example(number) for number in range(16)])
    endpoint.fault = lambda call: answering(413) if len(uids_in(call)) > 4 else None

    assert deliver(outbox, outlet).delivered == 16
    assert endpoint.calls().count(204) == 4


def test_a_row_beyond_a_call_is_rejected_without_sending_it(
    outlet: SentinelOutlet, endpoint: IngestionEndpoint
) -> None:
    reply = outlet.send([{"Source": "x" * 1_000_000}])

    assert list(reply.rejected) == [0]
    assert endpoint.calls() == []


def test_an_endpoint_that_is_not_there_is_retried(outbox: Outbox, clock: VirtualClock) -> None:
    endpoint = IngestionEndpoint()
    url = endpoint.url
    endpoint.close()
    outbox.add([example(1)])

    report = deliver(outbox, SentinelOutlet(url, "dcr-local", LocalCredential, clock))

    assert report.retried == 1
    assert f"no answer from {url}" in str(report.problem)


def test_without_a_token_the_alerts_wait_and_the_identity_is_named(
    outbox: Outbox, endpoint: IngestionEndpoint, clock: VirtualClock
) -> None:
    from azure.core.exceptions import ClientAuthenticationError

    class NoIdentity(LocalCredential):
        def get_token(self, *_scopes: str, **_options: object) -> object:  # type: ignore[override]  # raises only
            raise ClientAuthenticationError("no managed identity endpoint found")

    outbox.add([example(1)])

    report = deliver(outbox, SentinelOutlet(endpoint.url, endpoint.rule_id, NoIdentity, clock))  # type: ignore[arg-type]  # raises only

    assert report.retried == 1
    assert "managed identity" in str(report.problem)
    assert endpoint.calls() == []


def test_what_does_not_go_in_time_is_left_for_the_next_delivery(
    endpoint: IngestionEndpoint, clock: VirtualClock
) -> None:
    ticks = iter([0.0, 0.0, 31.0])
    outlet = SentinelOutlet(
        endpoint.url, endpoint.rule_id, LocalCredential, clock, seconds=lambda: next(ticks)
    )
    rows = [{"TimeGenerated": "2026-01-01T00:00:00Z", "Source": "x" * 600_000}] * 2

    reply = outlet.send(rows)

    assert reply.delivered == {0}
    assert reply.rejected == {}
    assert "longer than 30 s" in str(reply.problem)
    outlet.close()


@pytest.mark.parametrize(
    "endpoint_url",
    ["http://contoso.ingest.monitor.azure.com", "http://10.0.0.1:80", "contoso.com", "", "ftp://x"],
)
def test_an_endpoint_that_would_show_the_token_is_refused_with_one_line(
    endpoint_url: str, clock: VirtualClock
) -> None:
    with pytest.raises(DeclarationError, match="must start with https://") as raised:
        SentinelOutlet(endpoint_url, "dcr", LocalCredential, clock)

    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "value", ["http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:1", "https://x.com"]
)
def test_https_and_this_machine_are_taken(value: str, clock: VirtualClock) -> None:
    SentinelOutlet(value, "dcr", LocalCredential, clock)


def uids_in(call: Call) -> set[str]:
    return {row["EventUid"] for row in orjson.loads(gzip.decompress(call.body))}
