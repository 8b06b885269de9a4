"""Packing: nothing is lost or doubled, batches close in time, restraint holds failures back."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import orjson

from lab.traffic.envelopes import MOST_RECORDS, pack
from lab.traffic.restraint import Restraint
from lab.traffic.routes import APPLICATION, CLOUDTRAIL, RESOURCE, Sent, send
from tests.lab.traffic.conftest import records_in

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def sent(second: float, number: int = 0) -> Sent:
    return Sent(START + timedelta(seconds=second), RESOURCE, "vault", {"number": number})


def test_every_record_is_packed_once() -> None:
    records = [sent(number / 10, number) for number in range(3_000)]
    packed = [record["number"] for one in pack(Random(1), records, 4) for record in records_in(one.body)]
    assert Counter(packed) == Counter(range(3_000))


def test_a_body_holds_at_most_a_hundred_records() -> None:
    deliveries = list(pack(Random(1), [sent(0, number) for number in range(3_000)], 4))
    assert max(len(records_in(one.body)) for one in deliveries) <= MOST_RECORDS


def test_a_lone_record_waits_no_longer_than_its_export_lets_it() -> None:
    (delivery,) = pack(Random(1), [sent(0)], 4)
    assert delivery.enqueued_time - START <= timedelta(seconds=RESOURCE.wait + RESOURCE.lag[1])


def test_cloud_trail_writes_its_array_with_a_capital() -> None:
    (delivery,) = pack(Random(1), [Sent(START, CLOUDTRAIL, "account", {"eventName": "GetRole"})], 4)
    assert orjson.loads(delivery.body) == {"Records": [{"eventName": "GetRole"}]}


def test_an_application_event_alone_has_no_envelope() -> None:
    (delivery,) = pack(Random(1), [Sent(START, APPLICATION, "quayside", {"event": "x"})], 4)
    assert orjson.loads(delivery.body) == {"event": "x"}


def test_records_take_the_way_of_their_source() -> None:
    assert send(START, {"schema": "telltale.app/1", "app": "quayside"}).export is APPLICATION
    assert send(START, {"category": "AuditEvent", "resourceId": "/VAULT"}).stream == "/VAULT"


def failed_login(address: str) -> dict[str, str]:
    return {
        "schema": "telltale.app/1",
        "result": "Failure",
        "actor_username": "a@b.example",
        "src_ip_addr": address,
    }


def test_restraint_refuses_the_fourth_failure_in_ten_minutes() -> None:
    restraint = Restraint()
    admitted = [
        restraint.admits(START + timedelta(minutes=n), failed_login(f"192.0.2.{n}")) for n in range(4)
    ]
    assert admitted == [True, True, True, False]


def test_restraint_forgets_after_ten_minutes() -> None:
    restraint = Restraint()
    for number in range(3):
        restraint.admits(START, failed_login(f"192.0.2.{number}"))
    assert restraint.admits(START + timedelta(minutes=10), failed_login("192.0.2.9"))
