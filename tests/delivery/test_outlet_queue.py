"""An outlet that is down is left alone, tried with one alert, and caught up with at a pace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

import pytest

from lab.azure.ingestion import IngestionEndpoint
from lab.azure.ingestion_faults import Fault, FaultPlan, kinds
from lab.bench.counting_store import CountingStore
from shared.base.clock import VirtualClock
from shared.delivery._breaker import LONGEST_PAUSE, Allowed, Breaker
from shared.delivery._outlet_queue import OutletQueue
from shared.delivery.fan_out import FanOut
from shared.delivery.outbox import CLAIM_SECONDS, Outbox
from shared.delivery.outlet import Outlet, Reply
from shared.delivery.sentinel import SentinelOutlet
from shared.storage import SqliteStore
from tests.alerts.examples import START, example

KINDS = kinds(hang=2, slow=0.05, clock=VirtualClock(START))
ENDLESS = 10**6


class Scripted:
    """Takes rows, or says the next problem; remembers how many it was sent."""

    def __init__(self, *problems: Reply | None) -> None:
        self.problems = list(problems)
        self.sent: list[int] = []
        self.rows: list[Mapping[str, object]] = []

    def send(self, rows: Sequence[Mapping[str, object]], seconds: float | None = None) -> Reply:
        self.sent.append(len(rows))
        problem = self.problems.pop(0) if self.problems else None
        if problem is not None:
            return problem
        self.rows += rows
        return Reply(frozenset(range(len(rows))))


DOWN = Reply(problem="503")


def backlog(store: SqliteStore, clock: VirtualClock, count: int, **changes: object) -> Outbox:
    """An outbox with alerts that another process has left behind."""
    Outbox(store, clock).add([example(number, **changes) for number in range(count)])
    clock.advance(CLAIM_SECONDS)
    return Outbox(store, clock)


def test_an_outlet_that_is_down_is_not_asked_again_before_its_pause_is_over(clock: VirtualClock) -> None:
    store = CountingStore(SqliteStore(":memory:"))
    outbox = Outbox(store, clock)
    outlet = Scripted(DOWN)
    queue = OutletQueue("sentinel", outlet, clock)
    outbox.add([example(1)])
    queue.deliver(outbox, only_added=True)
    outbox.add([example(2)])
    spent = store.operations

    report = queue.deliver(outbox, only_added=True)

    assert outlet.sent == [1]
    assert "is paused" in str(report.problem)
    assert store.operations == spent


def test_after_the_pause_one_alert_goes_first_and_the_rest_follows(
    store: SqliteStore, clock: VirtualClock
) -> None:
    outlet = Scripted(DOWN, DOWN)
    queue = OutletQueue("sentinel", outlet, clock)
    outbox = backlog(store, clock, 20)
    queue.deliver(outbox)
    clock.advance(CLAIM_SECONDS)
    queue.deliver(outbox)
    clock.advance(CLAIM_SECONDS)

    report = queue.deliver(outbox)

    assert outlet.sent == [20, 1, 1, 2, 3, 4, 5, 5]
    assert report.delivered == 20


def test_a_probe_is_given_to_one_asker_only(clock: VirtualClock) -> None:
    breaker = Breaker(clock, Random(1))
    assert breaker.allowed() is Allowed.ALL
    breaker.failed()
    assert breaker.allowed() is Allowed.NOTHING
    clock.advance(2)

    assert [breaker.allowed() for _ in range(3)] == [Allowed.ONE, Allowed.NOTHING, Allowed.NOTHING]
    clock.advance(60)
    assert breaker.allowed() is Allowed.ONE
    breaker.unused()
    assert breaker.allowed() is Allowed.ONE
    breaker.succeeded()
    assert breaker.allowed() is Allowed.ALL


def test_pauses_grow_to_minutes_and_keep_what_the_service_asks_for(clock: VirtualClock) -> None:
    breaker = Breaker(clock, Random(1))
    pauses: list[float] = []
    for _ in range(14):
        breaker.failed()
        assert breaker.until is not None
        pauses.append((breaker.until - clock.now()).total_seconds())
        clock.advance_to(breaker.until)

    assert 1 <= pauses[0] <= 2
    assert LONGEST_PAUSE.total_seconds() / 2 <= min(pauses[-4:])
    assert max(pauses) <= LONGEST_PAUSE.total_seconds()
    for asked, kept in ((1800.0, 1800), (1e9, 3600), (float("inf"), 3600)):
        breaker.failed(asked)
        assert breaker.until is not None
        assert (breaker.until - clock.now()).total_seconds() == kept


def test_a_day_without_the_outlet_costs_few_calls(store: SqliteStore, clock: VirtualClock) -> None:
    outlet = Scripted(*[DOWN] * ENDLESS)
    queue = OutletQueue("sentinel", outlet, clock)
    outbox = backlog(store, clock, 50)
    for _ in range(24 * 60):
        queue.deliver(outbox)
        clock.advance(60)

    assert len(outlet.sent) < 24 * 60 * 60 / 150 + 10
    assert outbox.pending_count() == 50


def test_a_backlog_is_caught_up_at_a_pace_with_the_highest_severity_first(
    store: SqliteStore, clock: VirtualClock
) -> None:
    outlet = Scripted()
    queue = OutletQueue("sentinel", outlet, clock, catch_up=30)
    outbox = backlog(store, clock, 90, severity="Low")
    outbox.add([example(f"high {n}", severity="High") for n in range(40)])
    clock.advance(CLAIM_SECONDS)
    outbox = Outbox(store, clock)
    minutes: list[Counter[object]] = []
    while outbox.pending_count():
        before = len(outlet.rows)
        queue.deliver(outbox)
        minutes.append(Counter(row["EventSeverity"] for row in outlet.rows[before:]))
        clock.advance(60)

    assert minutes == [
        {"High": 30, "Low": 30}, {"High": 10, "Low": 30}, {"Low": 30}
    ]  # fmt: skip
    assert [row["EventSeverity"] for row in outlet.rows[:30]] == ["High"] * 30


def test_what_a_batch_has_just_raised_does_not_wait_for_the_backlog(
    store: SqliteStore, clock: VirtualClock
) -> None:
    outlet = Scripted()
    queue = OutletQueue("sentinel", outlet, clock, catch_up=1)
    outbox = backlog(store, clock, 50)
    queue.deliver(outbox)
    outbox.add([example(f"new {number}") for number in range(9)])

    assert queue.deliver(outbox, only_added=True).delivered == 9


def test_one_outlet_that_is_down_holds_up_no_other(store: SqliteStore, clock: VirtualClock) -> None:
    down, up = Scripted(*[DOWN] * ENDLESS), Scripted()
    outbox = Outbox(store, clock, outlets=("sentinel", "file"))
    outlets: dict[str, Outlet] = {"sentinel": down, "file": up}
    fan_out = FanOut(outbox, outlets, "contoso")
    outbox.add([example(1), example(2)])

    report = fan_out.deliver(only_added=True)

    assert (report.delivered, len(up.rows)) == (0, 2)
    assert str(report.problem).startswith("sentinel: ")


def test_a_batch_waits_for_all_outlets_together_no_longer_than_its_budget(
    store: SqliteStore, clock: VirtualClock
) -> None:
    ticks = iter([0.0, 0.0, 4.0, 6.0])
    budgets: list[float | None] = []

    class Slow(Scripted):
        def send(self, rows: Sequence[Mapping[str, object]], seconds: float | None = None) -> Reply:
            budgets.append(seconds)
            return super().send(rows, seconds)

    outbox = Outbox(store, clock, outlets=("a", "b", "c"))
    fan_out = FanOut(outbox, dict.fromkeys("abc", Slow()), "contoso", seconds=lambda: next(ticks))
    outbox.add([example(1)])

    fan_out.deliver(only_added=True)

    assert budgets == [5.0, 1.0]
    assert outbox.pending_count() == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"400", "413", "slow"}])
def test_after_any_fault_every_alert_arrives(
    kind: str, store: SqliteStore, clock: VirtualClock, endpoint: IngestionEndpoint, outlet: SentinelOutlet
) -> None:
    outbox = Outbox(store, clock)
    fan_out = FanOut(outbox, {"sentinel": outlet}, "contoso")
    outbox.add([example(number) for number in range(5)])
    endpoint.fault = FaultPlan.in_turn([KINDS[kind]])

    queue = fan_out.queues[0]
    report = queue.deliver(outbox, only_added=True, seconds=1.0)
    clock.advance(CLAIM_SECONDS)
    again = queue.deliver(outbox)

    assert (report.delivered, report.retried, report.dead, again.delivered) == (0, 5, 0, 5)
    assert endpoint.ledger().distinct == 5
    assert endpoint.ledger().duplicates == (5 if KINDS[kind].accept else 0)


@pytest.mark.parametrize("kind", ["400", "413"])
def test_a_single_answer_that_blames_the_rows_puts_none_aside(
    kind: str, outbox: Outbox, endpoint: IngestionEndpoint, outlet: SentinelOutlet
) -> None:
    outbox.add([example(1)])
    endpoint.fault = FaultPlan.in_turn([KINDS[kind]])

    report = OutletQueue("sentinel", outlet, outbox.clock).deliver(outbox)

    assert (report.delivered, report.dead, report.troubles) == (1, 0, ())


def test_a_service_that_refuses_every_row_has_none_of_them_put_aside(
    outbox: Outbox, endpoint: IngestionEndpoint, outlet: SentinelOutlet, clock: VirtualClock
) -> None:
    outbox.add([example(number) for number in range(40)])
    endpoint.fault = lambda _: Fault("400", 400, "InvalidPayload")
    queue = OutletQueue("sentinel", outlet, clock)

    report = queue.deliver(outbox)

    assert (report.delivered, report.retried, report.dead) == (0, 40, 0)
    assert [trouble.kind for trouble in report.troubles] == ["every_row_refused"]
    assert len(endpoint.calls()) < 60
