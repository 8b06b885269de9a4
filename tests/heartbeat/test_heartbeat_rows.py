"""Heartbeat rows: exact however often and in whatever batches messages are delivered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.bench.counting_store import CountingStore
from shared.events import Message
from shared.heartbeat.accounting import hour_of
from shared.heartbeat.heartbeat_rows import KEEP_HOURS, Beat, row_key
from shared.heartbeat.judgement.observation import lag_bucket
from shared.storage import Row, SqliteStore, StoreUnavailable, Upsert
from tests.chaotic import ChaoticStore
from tests.detection.probe import START, batch, by, collector, message, record


def told(beats: Any) -> dict[Any, Any]:
    return {(beat.entity, beat.hour): (beat.count, beat.first, beat.last, beat.enqueued) for beat in beats}


@given(
    st.lists(st.lists(st.integers(0, 7200), min_size=1, max_size=4), min_size=1, max_size=12),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_counts_are_the_same_however_messages_are_delivered(
    seconds: list[list[int]], data: st.DataObject
) -> None:
    messages = [
        message(number, *(record(second, tenantId=f"t{second % 2}") for second in found), late=7200 + number)
        for number, found in enumerate(seconds)
    ]
    once, often = collector([]), collector([])
    once.collect(batch(*messages))
    done = 0
    while done < len(messages):
        begin = data.draw(st.integers(0, done))
        end = data.draw(st.integers(max(begin + 1, done), len(messages)))
        often.collect(batch(*messages[begin:end]))
        if data.draw(st.booleans()):
            often.heartbeats._owned.forget()
        done = max(done, end)
    assert told(often.heartbeats.beats()) == told(once.heartbeats.beats())
    assert sum(beat.count for beat in often.heartbeats.beats()) == sum(map(len, seconds))


@pytest.mark.parametrize("seed", range(5))
def test_counts_of_two_processes_and_a_store_that_fails_are_exact(seed: int) -> None:
    random = Random(seed)
    store = ChaoticStore(SqliteStore(":memory:"), random, rate=0.2)
    messages = [message(n, *(by("ann", n * 40.0 + k) for k in range(3)), late=9000) for n in range(60)]
    processes = [collector([], store), collector([], store)]
    done = 0
    while done < len(messages):
        begin = max(0, done - random.choice((0, 0, 5)))
        end = min(done + random.randint(1, 9), len(messages))
        try:
            random.choice(processes).collect(batch(*messages[begin:end]))
            done = end
        except StoreUnavailable:
            continue
    store.rate = 0.0
    assert sum(beat.count for beat in processes[0].heartbeats.beats()) == 180
    assert store.failures > 0


def test_a_batch_of_many_hours_and_sources_is_one_transaction() -> None:
    counting = CountingStore(SqliteStore(":memory:"))
    subject = collector([], counting)
    subject.collect(batch(message(0, record())))
    before = counting.by_table["heartbeats"]
    sent = [message(1 + n, record(tenantId=f"t{n % 4}"), late=n * 3600.0) for n in range(20)]
    subject.collect(batch(*sent))
    assert counting.by_table["heartbeats"] == before + 1


def test_times_of_the_first_years_and_the_last_are_counted_like_any_other() -> None:
    subject = collector([])
    strange = ["0001-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"]
    sent = [message(n, {**record(), "time": time}) for n, time in enumerate(strange)]
    subject.collect(batch(*sent))
    subject.collect(batch(*sent))
    assert sum(beat.count for beat in subject.heartbeats.beats()) == len(strange)


def test_only_the_hours_that_are_asked_for_are_read() -> None:
    subject = collector([])
    subject.collect(batch(message(1, record(), late=-7200), message(2, record())))
    assert sum(beat.count for beat in subject.heartbeats.beats(START - timedelta(minutes=30))) == 1


def test_old_counts_are_removed_and_new_ones_stay() -> None:
    subject = collector([])
    later = START + timedelta(hours=KEEP_HOURS + 1)
    subject.collect(batch(message(1, record()), Message(message(2, record()).body, 2, later)))
    subject.heartbeats.remove_old(later)
    beats: list[Beat] = list(subject.heartbeats.beats())
    assert [beat.hour for beat in beats] == [int(later.timestamp()) // 3600]
    assert datetime.fromtimestamp(beats[0].hour * 3600, UTC) <= later


def test_lag_is_how_long_the_newest_record_took() -> None:
    subject = collector([])
    subject.collect(batch(message(1, record(0), late=600), message(2, record(60), late=90)))
    (beat,) = subject.heartbeats.beats()
    assert beat.lag_seconds == 30


def test_a_hub_that_is_made_again_goes_on_being_counted() -> None:
    subject = collector([])
    subject.collect(batch(message(5_000, record()), message(5_001, record(1), late=1)))
    again = [message(n, record(60 + n), late=60 + n) for n in range(3)]
    for _ in range(2):  # and what is delivered twice counts once, then as before
        subject.collect(batch(*again))
    assert sum(beat.count for beat in subject.heartbeats.beats()) == 5
    (clock,) = subject.heartbeats.clocks()
    assert (clock.sequence_number, clock.recreated) == (2, 1)
    assert clock.recreated_at == START + timedelta(seconds=62)


def test_what_was_counted_before_a_hub_was_made_again_is_not_counted_again() -> None:
    subject = collector([])
    old = [message(5_000 + n, record(n), late=n) for n in range(3)]
    subject.collect(batch(*old))
    subject.collect(batch(*old[1:]))
    (clock,) = subject.heartbeats.clocks()
    assert (sum(beat.count for beat in subject.heartbeats.beats()), clock.recreated) == (3, 0)


def test_a_damaged_row_adds_nothing_and_is_begun_again() -> None:
    store = SqliteStore(":memory:")
    subject = collector([], store)
    subject.collect(batch(message(1, record())))
    for row in list(store.query("heartbeats", "hub!7C0")):
        damaged = {**row.values, "count": -7, "slots": "x,-3,1", "lags": "", "bad": -1}
        store.commit("heartbeats", [Upsert(Row(row.partition, row.key, damaged))])
    subject.heartbeats._owned.forget()
    (beat,) = subject.heartbeats.beats()
    assert beat.count == 0
    assert sum(hour_of(beat.values, ()).slots) == 1
    store.commit("heartbeats", [Upsert(Row("hub!7C0", row_key(beat.entity, beat.hour), {"entity": "a"}))])
    assert list(subject.heartbeats.beats()) == []
    assert len(subject.heartbeats.damaged) == 1
    subject.collect(batch(message(2, record())))
    (beat,) = subject.heartbeats.beats()
    assert beat.count == 1


def test_an_hour_is_counted_by_five_minutes_and_its_lags_by_bucket() -> None:
    subject = collector([])
    sent = [message(n, record(n * 60.0), late=n * 60 + 45) for n in range(10)]
    subject.collect(batch(*sent))
    (beat,) = subject.heartbeats.beats()
    hour = hour_of(beat.values, ())
    assert hour.slots == (5, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert hour.minutes == 0b1111111111
    assert sum(hour.lags) == hour.lags[lag_bucket(45)] == 10


def test_records_of_one_message_are_spread_between_its_first_and_its_last() -> None:
    subject = collector([])
    subject.collect(batch(message(1, *(record(second) for second in range(0, 600, 6)), late=600)))
    (beat,) = subject.heartbeats.beats()
    lags = hour_of(beat.values, ()).lags
    exact = [0] * len(lags)
    for second in range(0, 600, 6):
        exact[lag_bucket(600 - second)] += 1
    assert sum(lags) == 100
    assert all(abs(one - other) <= 1 for one, other in zip(lags, exact, strict=True))


def test_what_a_sample_shows_is_the_same_however_messages_are_delivered() -> None:
    messages = [
        message(n, record(n * 40.0, **({"more": n} if n % 3 else {})), late=n * 40) for n in range(60)
    ]
    once, often = collector([]), collector([])
    once.collect(batch(*messages))
    for begin in range(0, 60, 4):
        often.collect(batch(*messages[max(0, begin - 3) : begin + 4]))
        often.heartbeats._owned.forget()
    names = ("sampled", "shapes", "missing", "slots", "lags", "minutes")

    def shown(beats: Any) -> Any:
        return [[beat.values.get(name) for name in names] for beat in beats]

    assert shown(often.heartbeats.beats()) == shown(once.heartbeats.beats())
    hour = hour_of(next(once.heartbeats.beats()).values, ())
    assert hour.sampled == sum(hour.shapes.values()) == 8
    assert len(hour.shapes) == 2
