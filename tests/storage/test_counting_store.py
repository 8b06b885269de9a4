from __future__ import annotations

import pytest

from lab.bench.counting_store import CountingStore
from shared.storage import Delete, Insert, Row, RowExists, SqliteStore, transactions


def test_each_get_and_each_commit_counts_once() -> None:
    store = CountingStore(SqliteStore(":memory:"))
    store.commit("windows", [Insert(Row("p", f"{number}", {})) for number in range(100)])
    store.get("windows", "p", "1")
    store.get("outbox", "p", "1")
    with pytest.raises(RowExists):
        store.commit("windows", [Insert(Row("p", "1", {}))])
    store.commit("windows", [Delete("p", "1")])
    assert store.operations == 5
    assert store.by_table == {"windows": 4, "outbox": 1}


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 1), (1000, 1), (1001, 2), (2001, 3)])
def test_a_query_counts_once_for_each_page_of_1000_rows(rows: int, pages: int) -> None:
    inner = SqliteStore(":memory:")
    for group in transactions([Insert(Row("p", f"{number:05}", {})) for number in range(rows)]):
        inner.commit("windows", group)
    store = CountingStore(inner)
    assert len(list(store.query("windows", "p"))) == rows
    assert store.by_table == {"windows": pages}


def test_only_the_pages_that_were_read_count() -> None:
    inner = SqliteStore(":memory:")
    for group in transactions([Insert(Row("p", f"{number:05}", {})) for number in range(1500)]):
        inner.commit("windows", group)
    store = CountingStore(inner)
    next(store.query("windows", "p"))
    list(store.query("windows", "p", limit=1000))
    assert store.operations == 2
