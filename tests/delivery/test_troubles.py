"""What a person must set right is one health alert a day, and the alerts wait for it."""

from __future__ import annotations

import pytest

from cli.local_credential import LocalCredential
from lab.azure.ingestion import IngestionEndpoint
from lab.azure.ingestion_faults import UNKNOWN_HOST, Fault
from shared.base.clock import VirtualClock
from shared.delivery._outlet_queue import OutletQueue
from shared.delivery.fan_out import FanOut
from shared.delivery.outbox import CLAIM_SECONDS, Outbox
from shared.delivery.sentinel import SentinelOutlet
from shared.storage import SqliteStore
from tests.alerts.examples import example
from tests.delivery.test_outlet_queue import DOWN, Scripted


def health_alerts(store: SqliteStore, clock: VirtualClock) -> list[dict[str, object]]:
    clock.advance(CLAIM_SECONDS)
    rows = [entry.row for entry in Outbox(store, clock).pending()]
    return [row for row in rows if str(row["RuleName"]).startswith("telltale.")]


@pytest.mark.parametrize(
    ("fault", "rule", "said"),
    [
        (Fault("401", 401, "InvalidToken"), "no_role", "Monitoring Metrics Publisher"),
        (Fault("403", 403, "OperationFailed"), "no_role", "Monitoring Metrics Publisher"),
        (Fault("404", 404, "NotFound"), "wrong_stream", "immutable id"),
        (Fault("400", 400, "InvalidStream"), "wrong_stream", "immutable id"),
    ],
)
def test_what_needs_a_person_is_one_alert_a_day_whoever_meets_it(
    fault: Fault, rule: str, said: str, store: SqliteStore, clock: VirtualClock, endpoint: IngestionEndpoint
) -> None:
    endpoint.fault = lambda _: fault
    for process in range(2):
        outbox = Outbox(store, clock)
        outlet = SentinelOutlet(endpoint.url, endpoint.rule_id, LocalCredential, clock)
        fan_out = FanOut(outbox, {"sentinel": outlet}, "contoso")
        for number in range(3):
            outbox.add([example(f"{process}.{number}")])
            fan_out.deliver(only_added=True)
            clock.advance(CLAIM_SECONDS)
            fan_out.deliver(only_added=False)
        fan_out.close()

    [alert] = health_alerts(store, clock)
    assert alert["RuleName"] == f"telltale.delivery_{rule}"
    assert said in str(alert["RemediationSteps"])
    endpoint.fault = None
    clock.advance(3600)
    FanOut(
        Outbox(store, clock),
        {"sentinel": SentinelOutlet(endpoint.url, endpoint.rule_id, LocalCredential, clock)},
        "contoso",
    ).deliver(only_added=False)
    assert endpoint.ledger().distinct == 7


@pytest.mark.parametrize(("case", "rule"), [("certificate", "wrong_certificate"), ("name", "unknown_host")])
def test_a_certificate_or_a_name_that_stays_wrong_is_told(
    case: str, rule: str, store: SqliteStore, clock: VirtualClock
) -> None:
    with IngestionEndpoint(tls=True) as untrusted:
        url = untrusted.url if case == "certificate" else UNKNOWN_HOST
        outlet = SentinelOutlet(url, untrusted.rule_id, LocalCredential, clock)
        outbox = Outbox(store, clock)
        fan_out = FanOut(outbox, {"sentinel": outlet}, "contoso")
        outbox.add([example(1)])
        fan_out.deliver(only_added=True)
        first = health_alerts(store, clock)
        for _ in range(40):
            clock.advance(CLAIM_SECONDS)
            fan_out.deliver(only_added=False)
        calls = untrusted.calls()

    assert first == []
    assert [alert["RuleName"] for alert in health_alerts(store, clock)] == [f"telltale.delivery_{rule}"]
    assert calls == []


def test_a_certificate_that_is_trusted_is_taken(
    outbox: Outbox, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with IngestionEndpoint(tls=True) as endpoint:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(endpoint.certificate))
        outbox.add([example(1)])
        queue = OutletQueue(
            "sentinel", SentinelOutlet(endpoint.url, endpoint.rule_id, LocalCredential, clock), clock
        )

        assert queue.deliver(outbox).delivered == 1


def test_an_outage_of_more_than_an_hour_is_told_once_it_can_be(
    store: SqliteStore, clock: VirtualClock
) -> None:
    outlet = Scripted(*[DOWN] * 40)
    outbox = Outbox(store, clock)
    fan_out = FanOut(outbox, {"sentinel": outlet}, "contoso")
    outbox.add([example(1)])
    while outbox.pending_count():
        clock.advance(60)
        fan_out.deliver(only_added=False)

    rules = [row["RuleName"] for row in outlet.rows]
    assert rules.count("telltale.delivery_unreachable") == 1
    assert len(rules) == 2
