"""Hours add up over hub partitions, and the memory survives being stored."""

from __future__ import annotations

from shared.heartbeat.judgement.memory import EntityMemory, Track, from_bytes
from shared.heartbeat.judgement.observation import (
    LAG_BOUNDS,
    LAG_BUCKETS,
    Hour,
    lag_bucket,
    together,
)


def test_the_hours_of_hub_partitions_add_up() -> None:
    one = Hour(slots=(1,) * 12, minutes=0b011, lags=(1,) * LAG_BUCKETS, future=1, filled={"a": 2}, sampled=3)
    other = Hour(slots=(2,) * 12, minutes=0b110, undecoded=4, filled={"a": 1, "b": 1}, shapes={"x": 1})
    whole = together([one, other])
    assert (whole.count, whole.minutes, whole.undecoded, whole.future, whole.sampled) == (36, 0b111, 4, 1, 3)
    assert whole.lags == one.lags
    assert (whole.filled, whole.shapes) == ({"a": 3, "b": 1}, {"x": 1})


def test_no_hours_are_an_hour_in_which_nothing_came() -> None:
    assert together([]) == Hour()


def test_a_negative_count_of_a_damaged_row_counts_as_nothing() -> None:
    assert Hour(slots=(-5, 7, *(0,) * 10)).count == 7


def test_a_lag_belongs_to_the_bucket_that_ends_with_it() -> None:
    assert [lag_bucket(lag) for lag in (-100, 0.5, 1, 1.5)] == [0, 0, 0, 1]
    assert lag_bucket(LAG_BOUNDS[-1] + 1) == LAG_BUCKETS - 1


def test_memory_is_read_back_as_it_was() -> None:
    memory = EntityMemory(
        folded=5, counts=b"\x01\x02", fields={"a": 0.5}, tracks={"silent": Track(recent=3, openings=(1.0,))}
    )
    assert from_bytes(memory.to_bytes()) == memory


def test_what_cannot_be_read_as_memory_is_a_fresh_one() -> None:
    assert (
        from_bytes(None)
        == from_bytes(b"\x99nonsense")
        == from_bytes(EntityMemory(version=0).to_bytes())
        == EntityMemory()
    )
