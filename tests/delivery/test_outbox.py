from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

from lab.bench.counting_store import CountingStore
from shared.alerts.alert_row import to_row
from shared.base.clock import VirtualClock
from shared.delivery.outbox import CLAIM_SECONDS, SENDING_SECONDS, Outbox
from shared.storage import SqliteStore
from tests.alerts.examples import example


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


def test_the_highest_severity_comes_first_and_then_what_has_waited_longest(
    store: SqliteStore, clock: VirtualClock
) -> None:
    adder = Outbox(store, clock)
    for number, severity in enumerate(("Low", "High", "Informational", "Medium", "High", "Low")):
        adder.add([example(number, name=f"{severity} {number}", severity=severity)])
        clock.advance(1)
    clock.advance(CLAIM_SECONDS)

    claimed = Outbox(store, clock).claim_due(10)

    assert [entry.name for entry in claimed] == [
        "High 1", "High 4", "Medium 3", "Low 0", "Low 5", "Informational 2"
    ]  # fmt: skip


def test_of_each_severity_no_more_are_claimed_than_may_be(clock: VirtualClock) -> None:
    store = CountingStore(SqliteStore(":memory:"))
    adder = Outbox(store, clock)
    adder.add([example(n, severity=("High", "Low")[n % 2]) for n in range(80)])
    clock.advance(CLAIM_SECONDS)

    claimed = Outbox(store, clock).claim_due(500, most={0: 3, 1: 9, 2: 5, 3: 9})

    assert Counter(entry.severity for entry in claimed) == {"High": 3, "Low": 5}


def test_every_outlet_has_a_position_of_its_own(store: SqliteStore, clock: VirtualClock) -> None:
    outbox = Outbox(store, clock, outlets=("sentinel", "webhook"))
    outbox.add([example(1), example(2)])

    outbox.delivered(outbox.claim_added(10, "sentinel"))
    one, two = outbox.claim_added(10, "webhook")
    outbox.dead(one, "410 gone")
    outbox.failed([two], "no answer")

    assert (outbox.pending_count(), outbox.dead_count()) == (1, 1)
    assert {line.status for line in outbox.recent()} == {"delivered"}
    assert outbox.add([example(1)]) == []
    assert [(entry.outlet, entry.reason) for entry in outbox.refused()] == [("webhook", "410 gone")]
    assert outbox.revive() == 1
    clock.advance(CLAIM_SECONDS)
    assert outbox.claim_due(10, "sentinel") == []
    assert {entry.uid for entry in outbox.claim_due(10, "webhook")} == {example(1).uid, example(2).uid}


def test_another_outlet_costs_no_transaction_of_its_own_for_a_few_alerts(clock: VirtualClock) -> None:
    store = CountingStore(SqliteStore(":memory:"))
    outbox = Outbox(store, clock, outlets=("sentinel", "webhook", "file"))

    outbox.add([example(number) for number in range(20)])

    assert store.operations == 1


def test_a_claim_that_would_run_out_while_its_alert_is_sent_is_let_go(
    store: SqliteStore, clock: VirtualClock
) -> None:
    ours, other = Outbox(store, clock), Outbox(store, clock)
    ours.add([example(1), example(2)])
    clock.advance(CLAIM_SECONDS - SENDING_SECONDS)
    assert len(ours.claim_added(1)) == 1
    clock.advance(1)
    assert ours.claim_added(1) == []

    clock.advance(SENDING_SECONDS)
    assert len(other.claim_due(10)) == 2  # by whoever comes first, so neither is lost
