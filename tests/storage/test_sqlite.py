from __future__ import annotations

import time
from pathlib import Path

import pytest

from shared.storage import Insert, Replace, Row, RowChanged, RowValue, SqliteStore, StoreUnavailable, Upsert


def test_rows_outlive_the_store_that_wrote_them(tmp_path: Path) -> None:
    first = SqliteStore(tmp_path / "store.db")
    [etag] = first.commit("windows", [Insert(Row("p", "k", {"N": 1}))])
    first.close()
    second = SqliteStore(tmp_path / "store.db")
    assert second.get("windows", "p", "k") == Row("p", "k", {"N": 1}, etag)
    second.close()


def test_two_stores_on_one_file_see_each_other(tmp_path: Path) -> None:
    one, other = SqliteStore(tmp_path / "store.db"), SqliteStore(tmp_path / "store.db")
    [etag] = one.commit("windows", [Insert(Row("p", "k", {"N": 1}))])
    other.commit("windows", [Replace(Row("p", "k", {"N": 2}, etag))])
    with pytest.raises(RowChanged):
        one.commit("windows", [Replace(Row("p", "k", {"N": 3}, etag))])
    one.close()
    other.close()


def test_stores_in_memory_are_apart() -> None:
    one, other = SqliteStore(":memory:"), SqliteStore(":memory:")
    one.commit("windows", [Insert(Row("p", "k", {}))])
    assert other.get("windows", "p", "k") is None
    one.close()
    other.close()


def test_a_file_that_is_no_store_is_unavailable_in_one_line(tmp_path: Path) -> None:
    not_a_store = tmp_path / "notes.txt"
    not_a_store.write_text("these are notes " * 500)
    for path in (not_a_store, tmp_path / "missing" / "store.db"):
        with pytest.raises(StoreUnavailable) as caught:
            SqliteStore(path)
        assert str(caught.value).startswith(f"the store {path} cannot be used: ")
        assert "\n" not in str(caught.value)


def test_a_closed_store_is_unavailable() -> None:
    store = SqliteStore(":memory:")
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable):
        store.get("windows", "p", "k")
    with pytest.raises(StoreUnavailable):
        store.commit("windows", [Insert(Row("p", "k", {}))])


def test_a_transaction_of_100_rows_takes_milliseconds(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    values: dict[str, RowValue] = {"Count": 5, "Sequence": 123_456, "Members": "a,b,c" * 20}
    fastest = 1.0
    for batch in range(10):
        operations = [Upsert(Row("p", f"{batch}|{number}", values)) for number in range(100)]
        started = time.perf_counter()
        store.commit("windows", operations)
        fastest = min(fastest, time.perf_counter() - started)
    store.close()
    assert fastest < 0.05
