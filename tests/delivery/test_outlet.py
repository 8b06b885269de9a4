from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from threading import Thread

from lab.azure.ingestion import IngestionEndpoint
from lab.bench.counting_store import CountingStore
from shared.base.clock import VirtualClock
from shared.delivery.outbox import CLAIM_SECONDS, Outbox
from shared.delivery.outlet import DeliveryReport, Reply
from shared.delivery.sentinel import SentinelOutlet
from shared.storage import SqliteStore
from tests.alerts.alert_event_model import AlertEvent
from tests.alerts.examples import example
from tests.delivery.delivering import deliver


def test_an_alert_reaches_the_table_as_a_row_of_the_model(
    outbox: Outbox, outlet: SentinelOutlet, endpoint: IngestionEndpoint
) -> None:
    outbox.add([example(1)])

    assert deliver(outbox, outlet) == DeliveryReport(delivered=1)

    [row] = endpoint.rows()
    assert AlertEvent.model_validate(row).EventUid == example(1).uid
    assert outbox.pending_count() == 0
    assert [line.status for line in outbox.recent()] == ["delivered"]


def test_a_row_says_when_it_was_sent_not_when_it_was_raised(
    outbox: Outbox, outlet: SentinelOutlet, endpoint: IngestionEndpoint, clock: VirtualClock
) -> None:
    outbox.add([example(1)])
    clock.advance(7200)

    deliver(outbox, outlet)

    assert AlertEvent.model_validate(endpoint.rows()[0]).TimeGenerated == clock.now()


def test_an_empty_outbox_calls_nobody(outbox: Outbox) -> None:
    class Unreachable:
        def send(self, rows: Sequence[Mapping[str, object]], seconds: float | None = None) -> Reply:
            raise AssertionError("called")

    assert deliver(outbox, Unreachable()) == DeliveryReport()


def test_the_end_of_a_batch_without_alerts_costs_no_storage_operation(
    clock: VirtualClock, outlet: SentinelOutlet
) -> None:
    store = CountingStore(SqliteStore(":memory:"))

    assert deliver(Outbox(store, clock), outlet, only_added=True) == DeliveryReport()
    assert store.operations == 0


def test_an_outlet_that_breaks_does_not_lose_the_alerts(outbox: Outbox, clock: VirtualClock) -> None:
    class Broken:
        def send(self, rows: Sequence[Mapping[str, object]], seconds: float | None = None) -> Reply:
            raise RuntimeError("bug")

    outbox.add([example(1)])

    report = deliver(outbox, Broken())

    assert report == DeliveryReport(
        retried=1, problem="the outlet failed with RuntimeError: bug", halted=True
    )
    clock.advance(CLAIM_SECONDS)
    assert len(outbox.claim_due(1)) == 1


def test_two_deliveries_at_once_send_every_alert_once(
    endpoint: IngestionEndpoint, clock: VirtualClock, outlet: SentinelOutlet
) -> None:
    store = SqliteStore(":memory:")
    Outbox(store, clock).add([example(number) for number in range(80)])
    clock.advance(CLAIM_SECONDS)
    endpoint.fault = lambda _: time.sleep(0.05)

    threads = [Thread(target=deliver, args=(Outbox(store, clock), outlet)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(endpoint.rows()) == 80
    assert len({row["EventUid"] for row in endpoint.rows()}) == 80
