from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.alerts.alert_row import to_row
from shared.base.clock import VirtualClock
from shared.delivery.outbox import CLAIM_SECONDS, LONGEST_ASKED_WAIT_SECONDS, LONGEST_WAIT_SECONDS, Outbox
from shared.storage import Operation, SqliteStore, StoreUnavailable
from tests.alerts.examples import START, example


class CrashingStore(SqliteStore):
    """Crashes at the `crash_at`th commit, before or after it is done."""

    def __init__(self, crash_at: int, *, afterwards: bool) -> None:
        super().__init__(":memory:")
        self.commits = 0
        self.crash_at = crash_at
        self.afterwards = afterwards

    def commit(self, table: str, operations: Sequence[Operation]) -> list[str | None]:
        self.commits += 1
        crash = self.commits == self.crash_at
        if crash and not self.afterwards:
            raise StoreUnavailable("crash before the commit")
        etags = super().commit(table, operations)
        if crash:
            raise StoreUnavailable("crash after the commit")
        return etags


def test_a_failure_waits_longer_each_time_up_to_a_quarter_of_an_hour(
    outbox: Outbox, clock: VirtualClock
) -> None:
    outbox.add([example(1)])
    entries = outbox.claim_added(1)
    waits: list[float] = []
    for _ in range(14):
        outbox.failed(entries, "no answer")
        waited = 0
        while not (entries := outbox.claim_due(1)):
            clock.advance(1)
            waited += 1
        waits.append(waited)

    assert 2 <= waits[0] <= 5
    assert waits[3] > waits[0]
    assert max(waits) <= LONGEST_WAIT_SECONDS + 1
    assert min(waits[-4:]) >= LONGEST_WAIT_SECONDS / 2
    assert len(set(waits[-4:])) > 1
    assert entries[0].attempts == 14
    assert entries[0].reason == "no answer"


def test_the_pause_that_the_service_asks_for_is_kept(outbox: Outbox, clock: VirtualClock) -> None:
    outbox.add([example(1)])
    outbox.failed(outbox.claim_added(1), "busy", retry_after=120)

    clock.advance(119)
    assert outbox.claim_due(1) == []
    clock.advance(1)
    assert len(outbox.claim_due(1)) == 1


def test_a_pause_of_a_year_is_not_kept(outbox: Outbox, clock: VirtualClock) -> None:
    outbox.add([example(1)])
    outbox.failed(outbox.claim_added(1), "busy", retry_after=365 * 86_400)

    clock.advance(LONGEST_ASKED_WAIT_SECONDS)
    assert len(outbox.claim_due(1)) == 1


def test_a_dead_alert_is_kept_with_its_reason_and_not_sent(outbox: Outbox, clock: VirtualClock) -> None:
    outbox.add([example(1)])
    outbox.dead(outbox.claim_added(1)[0], "400: no\u202e")

    clock.advance(CLAIM_SECONDS)
    assert outbox.claim_due(10) == []
    assert (outbox.pending_count(), outbox.dead_count()) == (0, 1)
    assert [(line.status, line.reason) for line in outbox.recent()] == [("dead", "400: no\\u202e")]


def test_a_dead_alert_can_be_revived(outbox: Outbox) -> None:
    outbox.add([example(1)])
    outbox.dead(outbox.claim_added(1)[0], "400")

    assert outbox.revive() == 1

    assert (outbox.pending_count(), outbox.dead_count()) == (1, 0)
    assert [entry.row for entry in outbox.claim_due(10)] == [to_row(example(1))]


def test_who_lost_the_claim_can_neither_bury_nor_postpone(store: SqliteStore, clock: VirtualClock) -> None:
    slow = Outbox(store, clock)
    slow.add([example(1)])
    late = slow.claim_added(1)
    clock.advance(CLAIM_SECONDS)
    [current] = Outbox(store, clock).claim_due(1)

    slow.dead(late[0], "too late")
    slow.failed(late, "too late")

    quick = Outbox(store, clock)
    assert (quick.pending_count(), quick.dead_count()) == (1, 0)
    quick.delivered([current])
    assert quick.pending_count() == 0


def test_a_delivery_counts_even_if_the_claim_was_lost(store: SqliteStore, clock: VirtualClock) -> None:
    slow = Outbox(store, clock)
    slow.add([example(1)])
    late = slow.claim_added(1)
    clock.advance(CLAIM_SECONDS)
    other = Outbox(store, clock)
    claimed = other.claim_due(1)

    slow.delivered(late)
    other.failed(claimed, "no answer")

    assert other.pending_count() == 0
    assert [line.status for line in other.recent()] == ["delivered"]


def test_what_somebody_else_delivered_is_not_buried(store: SqliteStore, clock: VirtualClock) -> None:
    slow = Outbox(store, clock)
    slow.add([example(1)])
    [late] = slow.claim_added(1)
    clock.advance(CLAIM_SECONDS)
    other = Outbox(store, clock)
    other.delivered(other.claim_due(1))

    slow.dead(late, "too late")

    assert slow.dead_count() == 0
    assert [line.status for line in slow.recent()] == ["delivered"]


def test_many_that_must_wait_do_not_hide_the_one_that_is_due(
    store: SqliteStore, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.delivery._outbox_scan.SCAN_ROWS", 10)
    outbox = Outbox(store, clock)
    outbox.add([example(number) for number in range(35)])
    entries = sorted(outbox.claim_added(35), key=lambda entry: entry.uid)
    outbox.failed(entries[:-1], "busy", retry_after=3000)
    clock.advance(CLAIM_SECONDS)

    found = [entry.uid for _ in range(5) for entry in outbox.claim_due(5)]

    assert found == [entries[-1].uid]


def test_recent_alerts_come_newest_first(outbox: Outbox, clock: VirtualClock) -> None:
    for number in range(5):
        outbox.add([example(number, name=f"alert {number}")])
        clock.advance(0.001)

    assert [line.name for line in outbox.recent(3)] == ["alert 4", "alert 3", "alert 2"]
    assert {line.status for line in outbox.recent()} == {"pending"}
    assert outbox.recent(1)[0].severity == "Medium"


def test_a_large_row_comes_back_whole(outbox: Outbox) -> None:
    alert = example(1, evidence={"text": "é😀" * 10_000}, entities={"url": "ü" * 30_000})
    outbox.add([alert])
    clock_later = outbox.clock.now() + timedelta(seconds=CLAIM_SECONDS)
    assert isinstance(outbox.clock, VirtualClock)
    outbox.clock.advance_to(clock_later)

    [entry] = outbox.claim_due(1)

    assert entry.row == to_row(alert)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.booleans(), st.integers(1, 70))
def test_a_crash_at_any_commit_loses_no_alert_and_raises_none_twice(
    crash_at: int, afterwards: bool, count: int
) -> None:
    store = CrashingStore(crash_at, afterwards=afterwards)
    clock = VirtualClock(START)
    alerts = [example(number) for number in range(count)]
    sent: list[str] = []
    raised: list[str] = []
    for _ in range(4):
        outbox = Outbox(store, clock, Random(1))
        try:
            raised += [alert.uid for alert in outbox.add(alerts)]
            entries = outbox.claim_due(count)
            sent += [entry.uid for entry in entries]
            outbox.delivered(entries[::2])
            outbox.failed(entries[1::2], "no answer")
        except StoreUnavailable:
            pass
        clock.advance(CLAIM_SECONDS)
    store.crash_at = 0
    outbox = Outbox(store, clock)
    raised += [alert.uid for alert in outbox.add(alerts)]
    clock.advance(CLAIM_SECONDS)
    sent += [entry.uid for entry in outbox.claim_due(count)]

    assert outbox.add(alerts) == []
    assert set(sent) == {alert.uid for alert in alerts}
    assert len(raised) == len(set(raised))
