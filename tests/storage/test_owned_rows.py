"""Rows that one writer owns: read once, exact whatever happens to the writer or the store."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.bench.counting_store import CountingStore
from shared.storage import Delete, Row, RowValue, SqliteStore, StoreUnavailable, Upsert
from shared.storage.owned_rows import OwnedRows
from tests.chaotic import ChaoticStore


def counted(row: Row | None, upto: int) -> Mapping[str, RowValue] | None:
    """A fold that has counted to `upto`; nothing to write where the row has counted as far already."""
    known = int(row.values["n"]) if row else 0
    return {"n": upto} if upto > known else None


def folds(upto: int, *keys: str) -> dict[str, partial[Mapping[str, RowValue] | None]]:
    return {key: partial(counted, upto=upto) for key in keys}


def value(store: SqliteStore | ChaoticStore, key: str) -> int:
    row = store.get("windows", "p", key)
    assert row is not None
    return int(row.values["n"])


@pytest.fixture
def counting() -> CountingStore:
    return CountingStore(SqliteStore(":memory:"))


def test_a_hundred_new_rows_cost_one_operation_and_a_hundred_known_ones_too(counting: CountingStore) -> None:
    owned = OwnedRows(counting, "windows")
    keys = [f"k{number:03d}" for number in range(100)]
    assert len(owned.update("p", folds(1, *keys))) == 100
    assert counting.operations == 1
    owned.update("p", folds(2, *keys))
    assert counting.operations == 2


def test_a_row_that_has_counted_it_is_not_written_again(counting: CountingStore) -> None:
    owned = OwnedRows(counting, "windows")
    (first,) = owned.update("p", folds(3, "k")).values()
    again = owned.update("p", folds(3, "k"))
    assert again == {"k": first}
    assert counting.operations == 1


def test_a_row_that_was_forgotten_is_read_and_counted_on(counting: CountingStore) -> None:
    owned = OwnedRows(counting, "windows")
    owned.update("p", folds(3, "k"))
    owned.forget()
    assert owned.known("p", "k") is None
    assert owned.update("p", folds(4, "k"))["k"].values == {"n": 4}
    assert counting.operations == 4  # tried as new, read, written


def test_an_owner_that_was_replaced_finds_out() -> None:
    store = SqliteStore(":memory:")
    before, after = OwnedRows(store, "windows"), OwnedRows(store, "windows")
    before.update("p", folds(1, "k"))
    after.update("p", folds(5, "k"))
    assert before.update("p", folds(3, "k"))["k"].values == {
        "n": 5
    }  # what it brings was counted by the other
    assert before.update("p", folds(7, "k"))["k"].values == {"n": 7}
    assert value(store, "k") == 7


def test_a_row_that_was_removed_meanwhile_is_made_anew() -> None:
    store = SqliteStore(":memory:")
    owned = OwnedRows(store, "windows")
    owned.update("p", folds(1, "k"))
    store.commit("windows", [Delete("p", "k")])
    assert owned.update("p", folds(2, "k"))["k"].values == {"n": 2}


def test_no_more_rows_are_remembered_than_allowed() -> None:
    owned = OwnedRows(SqliteStore(":memory:"), "windows", most=10)
    result = owned.update("p", folds(1, *(f"k{number}" for number in range(50))))
    assert len(result) == 50
    assert sum(owned.known("p", f"k{number}") is not None for number in range(50)) == 10
    assert owned.known("p", "k49") is not None


def test_partitions_are_kept_apart() -> None:
    owned = OwnedRows(SqliteStore(":memory:"), "windows")
    owned.update("p", folds(1, "k"))
    assert owned.update("q", folds(2, "k"))["k"].partition == "q"
    known = owned.known("p", "k")
    assert known is not None
    assert known.values == {"n": 1}


@pytest.mark.parametrize("size", [100, 25_000])
def test_rows_of_any_size_are_split_into_transactions_that_fit(size: int) -> None:
    store = SqliteStore(":memory:")
    owned = OwnedRows(store, "windows")
    content: Mapping[str, RowValue] = {"a": b"x" * size, "b": "y" * size, "n": 1}
    result = owned.update("p", {f"k{number}": lambda _: content for number in range(250)})
    assert len(result) == 250
    assert all(row.etag for row in result.values())


def test_a_row_that_somebody_keeps_changing_ends_in_an_error_and_not_in_a_loop() -> None:
    store = SqliteStore(":memory:")
    owned = OwnedRows(store, "windows")
    owned.update("p", folds(1, "k"))

    def changed(row: Row | None) -> Mapping[str, RowValue]:
        store.commit("windows", [Upsert(Row("p", "k", {"n": 0}))])
        return {"n": 2}

    with pytest.raises(StoreUnavailable, match="keep changing under their owner"):
        owned.update("p", {"k": changed})


@pytest.mark.parametrize("seed", range(6))
def test_rows_are_exact_although_the_store_fails_before_and_after_writing(seed: int) -> None:
    random = Random(seed)
    plain = SqliteStore(":memory:")
    store = ChaoticStore(plain, random, rate=0.3)
    owners = [OwnedRows(store, "windows"), OwnedRows(store, "windows")]
    keys = [f"k{number}" for number in range(120)]
    for upto in range(1, 15):
        while True:
            try:
                result = random.choice(owners).update("p", folds(upto, *keys))
                break
            except StoreUnavailable:
                continue
        assert {int(row.values["n"]) for row in result.values()} == {upto}
    assert {value(plain, key) for key in keys} == {14}


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sets(st.sampled_from("abc"), min_size=1), st.integers(1, 9)),
        max_size=20,
    )
)
def test_two_owners_by_turns_end_where_one_would(steps: list[tuple[int, set[str], int]]) -> None:
    store = SqliteStore(":memory:")
    owners = [OwnedRows(store, "windows"), OwnedRows(store, "windows")]
    most: dict[str, int] = {}
    for owner, keys, upto in steps:
        owners[owner].update("p", folds(upto, *keys))
        most.update({key: max(upto, most.get(key, 0)) for key in keys})
    assert {key: value(store, key) for key in most} == most
    store.close()
