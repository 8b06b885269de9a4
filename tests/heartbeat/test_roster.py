"""A flood of new names becomes one more source, not a million rows; and nothing of it is lost from the counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.base.clock import VirtualClock
from shared.heartbeat.entity import OVERFLOW, Entity
from shared.heartbeat.roster import NEW_AN_HOUR, NEW_TENANTS, is_overflow, overflow_of
from tests.detection.probe import START, batch, collector, message, record


def counts(subject: Any) -> dict[Entity, int]:
    found: dict[Entity, int] = {}
    for beat in subject.heartbeats.beats():
        found[beat.entity] = found.get(beat.entity, 0) + beat.count
    return found


def test_the_names_beyond_the_limit_count_together() -> None:
    subject = collector([])
    number = NEW_AN_HOUR * NEW_TENANTS
    sent = [message(n, record(tenantId=f"t{n}")) for n in range(number + 300)]
    subject.collect(batch(*sent))
    found = counts(subject)
    assert len(found) == number + 1
    assert found[Entity("probe.records", "", OVERFLOW)] == 300
    assert sum(found.values()) == number + 300


def test_redelivered_in_other_batches_and_by_another_process_the_counts_are_the_same() -> None:
    subject = collector([])
    number = NEW_AN_HOUR * NEW_TENANTS
    sent = [message(n, record(tenantId=f"t{n % (number + 50)}")) for n in range(number + 500)]
    subject.collect(batch(*sent[: number + 20]))
    once = counts(subject)
    other = collector([], subject.store)  # a process that was just started knows no names
    other.collect(batch(*sent[number - 40 : number + 20]))
    assert counts(other) == once
    other.collect(batch(*sent[number - 10 :]))
    assert sum(counts(other).values()) == number + 500


def test_the_next_hour_takes_new_names_again() -> None:
    subject = collector([])
    many = NEW_AN_HOUR * NEW_TENANTS + 10
    subject.collect(batch(*(message(n, record(tenantId=f"t{n}")) for n in range(many))))
    later = message(many, record(3600, tenantId="late"), late=3600)
    subject.collect(batch(later))
    assert counts(subject)[Entity("probe.records", "late", "ProbeLogs")] == 1


def test_names_that_are_watched_already_are_not_new_to_a_process_that_was_just_started() -> None:
    subject = collector([])
    tenants = 2 * NEW_AN_HOUR * NEW_TENANTS
    half = tenants // 2
    subject.collect(batch(*(message(n, record(tenantId=f"t{n}")) for n in range(half))))
    later = [message(n, record(3600, tenantId=f"t{n}"), late=3600) for n in range(half, tenants)]
    subject.collect(batch(*later))
    clock = VirtualClock(START + timedelta(hours=1, minutes=5))
    collector([], subject.store, clock=clock).watch_heartbeats()
    fresh = collector([], subject.store)
    fresh.collect(
        batch(*(message(tenants + n, record(18000, tenantId=f"t{n}"), late=18000) for n in range(tenants)))
    )
    assert not any(is_overflow(entity) for entity in counts(fresh))


@pytest.mark.parametrize(
    ("entity", "overflow"),
    [
        (Entity("azure.keyvault", "t1", "AuditEvent", "/a/b"), Entity("azure.keyvault", "t1", OVERFLOW)),
        (Entity("app.shop", "", ""), Entity(f"app.{OVERFLOW}", "", "")),
    ],
)
def test_an_overflow_is_of_its_source_and_tenant(entity: Entity, overflow: Entity) -> None:
    assert overflow_of(entity, all_tenants=False) == overflow
    assert is_overflow(overflow)
    assert not is_overflow(entity)
