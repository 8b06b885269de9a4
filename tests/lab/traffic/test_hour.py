"""The played hour: what arrives, from whom, in what order."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, timedelta
from typing import Any

from lab.traffic import hour
from lab.traffic.company import Company
from tests.lab.traffic.conftest import RECORDS, SEED, START, Played, minute, records_in, source_of, time_of

SOURCES = {
    "SignInLogs",
    "NonInteractiveUserSignInLogs",
    "ServicePrincipalSignInLogs",
    "ManagedIdentitySignInLogs",
    "AuditLogs",
    "Administrative",
    "AuditEvent",
    "kube-audit",
    "AppServiceHTTPLogs",
    "StorageRead",
    "StorageWrite",
    "cloudtrail",
    "app.quayside",
    "app.quayside-api",
}


def test_the_same_seed_gives_the_same_messages(told: Played) -> None:
    assert list(hour.play(SEED, START, records=RECORDS)) == told.deliveries


def test_another_seed_gives_other_messages() -> None:
    first, second = (list(hour.play(seed, START, minutes=5, records=200)) for seed in (1, 2))
    assert first != second


def test_messages_come_in_order_of_their_enqueued_time(told: Played) -> None:
    times = [delivery.enqueued_time for delivery in told.deliveries]
    assert times == sorted(times)


def test_enqueued_times_are_utc(told: Played) -> None:
    assert all(delivery.enqueued_time.tzinfo is UTC for delivery in told.deliveries)


def test_no_record_arrives_before_it_happened_or_half_an_hour_late(told: Played) -> None:
    for enqueued_time, record in told.records:
        assert timedelta(0) <= enqueued_time - time_of(record) < timedelta(minutes=30), record


def test_every_partition_carries_every_kind_of_traffic(told: Played) -> None:
    sizes = Counter(delivery.partition for delivery in told.deliveries)
    assert sorted(sizes) == list(range(hour.PARTITIONS))
    assert min(sizes.values()) > max(sizes.values()) / 2


def test_every_source_speaks(told: Played) -> None:
    assert {source_of(record) for _, record in told.records} == SOURCES


def test_every_tenant_signs_in_and_changes_its_directory(told: Played, company: Company) -> None:
    everybody = {tenant.id for tenant in company.tenants}
    assert len(everybody) == 6
    for source in ("SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "AuditLogs"):
        assert {record["tenantId"] for record in told.of(source)} == everybody, source
    customers = {tenant.id for tenant in company.customers}
    assert {record["tenant_id"] for record in told.of("app.quayside")} == customers


def test_as_many_ordinary_records_as_were_asked_for(ordinary: Played) -> None:
    assert abs(len(ordinary.records) - RECORDS) < RECORDS / 100


def test_every_minute_has_traffic(ordinary: Played) -> None:
    per_minute = Counter(int(minute(time_of(record))) for _, record in ordinary.records)
    assert min(per_minute[number] for number in range(60)) > RECORDS / 60 / 2


def test_a_shorter_hour_ends_early() -> None:
    deliveries = list(hour.play(SEED, START, minutes=10, records=1_000))
    latest = max(
        time_of(record)
        for delivery in deliveries
        if delivery.body.startswith(b'{"records":[{') and delivery.body.endswith(b"}]}")
        for record in records_in(delivery.body)
    )
    assert START + timedelta(minutes=9) < latest < START + timedelta(minutes=10, seconds=10)


def test_bodies_are_no_larger_than_a_hub_takes(told: Played) -> None:
    assert max(len(delivery.body) for delivery in told.deliveries) < 1_000_000


def test_some_bodies_mix_categories_and_most_do_not(ordinary: Played) -> None:
    categories = [
        len({source_of(record) for record in records_in(delivery.body)}) for delivery in ordinary.deliveries
    ]
    mixed = sum(number > 1 for number in categories)
    assert 0 < mixed < len(categories) / 4


def test_an_operation_starts_before_it_succeeds(ordinary: Played) -> None:
    started: dict[str, dict[str, Any]] = {}
    finished: dict[str, dict[str, Any]] = {}
    for record in ordinary.of("Administrative"):
        (started if record["resultType"] == "Start" else finished)[record["correlationId"]] = record
    assert started.keys() == finished.keys()
    assert all(time_of(started[key]) < time_of(finished[key]) for key in started)
    assert all(started[key]["operationName"] == finished[key]["operationName"] for key in started)
