from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.alerts.outbox import CLAIM_SECONDS, LONGEST_ASKED_WAIT_SECONDS, LONGEST_WAIT_SECONDS, Outbox
from shared.alerts.row import to_row
from shared.clock import VirtualClock
from shared.storage import CountingStore, Operation, SqliteStore, StoreUnavailable
from tests.alerts.examples import START, example


@pytest.fixture
def store() -> SqliteStore:
    return SqliteStore(":memory:")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
def outbox(store: SqliteStore, clock: VirtualClock) -> Outbox:
    return Outbox(store, clock, Random(1))


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


def test_an_alert_is_added_once(outbox: Outbox) -> None:
    assert outbox.add([example(1), example(1)]) == [example(1)]
    assert outbox.add([example(1)]) == []
    assert outbox.pending_count() == 1


def test_another_instance_does_not_add_what_is_there(store: SqliteStore, clock: VirtualClock) -> None:
    Outbox(store, clock).add([example(2)])

    added = Outbox(store, clock).add([example(1), example(2), example(3)])

    assert added == [example(1), example(3)]


def test_an_alert_that_was_delivered_is_not_raised_again(store: SqliteStore, clock: VirtualClock) -> None:
    first = Outbox(store, clock)
    first.add([example(1)])
    first.delivered(first.claim_added(10))

    assert Outbox(store, clock).add([example(1)]) == []
    assert first.pending_count() == 0


def test_adding_costs_an_operation_for_33_alerts_and_nothing_for_known_ones(clock: VirtualClock) -> None:
    store = CountingStore(SqliteStore(":memory:"))
    outbox = Outbox(store, clock)
    alerts = [example(number) for number in range(100)]

    assert outbox.add(alerts) == alerts
    assert store.operations == 4

    assert outbox.add(alerts) == []
    assert store.operations == 4


def test_many_adders_at_once_raise_every_alert_once(store: SqliteStore, clock: VirtualClock) -> None:
    def add(seed: int) -> list[str]:
        alerts = [example(number) for number in range(40)]
        Random(seed).shuffle(alerts)
        outbox = Outbox(store, clock)
        return [alert.uid for start in range(0, 40, 7) for alert in outbox.add(alerts[start : start + 7])]

    with ThreadPoolExecutor(6) as pool:
        raised = [uid for uids in pool.map(add, range(6)) for uid in uids]

    assert sorted(raised) == sorted(example(number).uid for number in range(40))
    assert Outbox(store, clock).pending_count() == 40


def test_the_adder_may_deliver_at_once_without_asking_the_store(clock: VirtualClock) -> None:
    store = CountingStore(SqliteStore(":memory:"))
    outbox = Outbox(store, clock)
    outbox.add([example(1)])
    spent = store.operations

    claimed = outbox.claim_added(10)

    assert [entry.row for entry in claimed] == [to_row(example(1))]
    assert store.operations == spent
    assert outbox.claim_added(10) == []


def test_nobody_else_gets_an_entry_while_it_is_claimed(store: SqliteStore, clock: VirtualClock) -> None:
    Outbox(store, clock).add([example(1)])
    other = Outbox(store, clock)

    assert other.claim_due(10) == []
    clock.advance(CLAIM_SECONDS)
    assert [entry.uid for entry in other.claim_due(10)] == [example(1).uid]
    assert Outbox(store, clock).claim_due(10) == []


def test_an_adder_that_was_too_slow_does_not_deliver_under_its_old_claim(
    outbox: Outbox, clock: VirtualClock
) -> None:
    outbox.add([example(1)])
    clock.advance(CLAIM_SECONDS)

    assert outbox.claim_added(10) == []
    assert len(outbox.claim_due(10)) == 1


def test_two_claimers_at_once_share_the_entries(store: SqliteStore, clock: VirtualClock) -> None:
    Outbox(store, clock).add([example(number) for number in range(60)])
    clock.advance(CLAIM_SECONDS)

    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: Outbox(store, clock).claim_due(60), range(4)))

    uids = [entry.uid for claim in claims for entry in claim]
    assert len(uids) == len(set(uids)) == 60


def test_a_limit_is_kept_and_the_rest_comes_next(store: SqliteStore, clock: VirtualClock) -> None:
    Outbox(store, clock).add([example(number) for number in range(25)])
    clock.advance(CLAIM_SECONDS)
    outbox = Outbox(store, clock)

    claims = [outbox.claim_due(10) for _ in range(4)]

    assert [len(claim) for claim in claims] == [10, 10, 5, 0]
    assert len({entry.uid for claim in claims for entry in claim}) == 25


def test_a_claim_takes_no_more_than_memory_allows(store: SqliteStore, clock: VirtualClock) -> None:
    adder = Outbox(store, clock)
    big = {f"other{number}": "x" * 60_000 for number in range(20)}
    adder.add([example(number, entities=dict.fromkeys(("url", *big), "x" * 60000)) for number in range(200)])
    clock.advance(CLAIM_SECONDS)

    claimed = Outbox(store, clock).claim_due(200)

    assert 0 < len(claimed) < 200
    assert sum(len(entry.body) for entry in claimed) < 9_000_000


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
    outbox = Outbox(store, clock)
    sent += [entry.uid for entry in outbox.claim_due(count)]

    assert outbox.add(alerts) == []
    assert set(sent) == {alert.uid for alert in alerts}
    assert len(raised) == len(set(raised))
