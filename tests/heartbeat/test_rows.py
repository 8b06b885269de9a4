"""Heartbeat rows: exact however often and in whatever batches messages are delivered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events import Message
from shared.heartbeat.rows import KEEP_HOURS, Beat
from shared.storage import CountingStore, SqliteStore, StoreUnavailable
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
    subject.collect(batch(*(message(n, record(-n * 3600.0, tenantId=f"t{n % 4}")) for n in range(20))))
    assert counting.by_table["heartbeats"] == 1


def test_times_of_the_first_years_and_the_last_are_counted_like_any_other() -> None:
    subject = collector([])
    strange = ["0001-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"]
    sent = [message(n, {**record(), "time": time}) for n, time in enumerate(strange)]
    subject.collect(batch(*sent))
    subject.collect(batch(*sent))
    assert sum(beat.count for beat in subject.heartbeats.beats()) == len(strange)


def test_only_the_hours_that_are_asked_for_are_read() -> None:
    subject = collector([])
    subject.collect(batch(message(1, record(-7200.0), record(0))))
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
