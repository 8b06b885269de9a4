"""What every store does, whatever it is made of; `test_store_values` has what it gives back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.storage import (
    Delete,
    Insert,
    InvalidRow,
    Operation,
    Replace,
    Row,
    RowChanged,
    RowExists,
    StorageError,
    Store,
    Upsert,
    key_range,
    transactions,
)


def keys(
    store: Store, table: str, partition: str | None = None, first: str = "", last: str = ""
) -> list[str]:
    return [row.key for row in store.query(table, partition, first=first, last=last)]


def insert(store: Store, table: str, *names: str, partition: str = "p") -> None:
    store.commit(table, [Insert(Row(partition, name, {"Name": name})) for name in names])


def read(store: Store, table: str, key: str) -> Row:
    row = store.get(table, "p", key)
    assert row is not None
    return row


def test_a_table_that_was_never_written_is_empty(store: Store, table: str) -> None:
    assert store.get(table, "p", "k") is None
    assert list(store.query(table)) == []
    assert list(store.query(table, "p", first="a", last="b")) == []
    store.commit(table, [Delete("p", "k")])
    [etag] = store.commit(f"{table}x", [Insert(Row("p", "l", {}))])
    store.commit(table, [Delete("p", "k"), Delete("p", "l", etag)])
    assert list(store.query(table)) == []


def test_the_first_transaction_creates_the_table(store: Store, table: str) -> None:
    insert(store, table, "a", "b")
    assert keys(store, table) == ["a", "b"]


def test_tables_and_partitions_are_apart(store: Store, table: str) -> None:
    insert(store, table, "k")
    insert(store, table, "k", partition="q")
    insert(store, f"{table}x", "k")
    store.commit(table, [Delete("p", "k")])
    assert store.get(table, "q", "k") is not None
    assert store.get(f"{table}x", "p", "k") is not None


def test_a_row_written_twice_raises_row_exists(store: Store, table: str) -> None:
    insert(store, table, "k")
    again = Row("p", "k", {"Name": "again"})
    with pytest.raises(RowExists) as caught:
        store.commit(table, [Insert(again)])
    assert (caught.value.index, caught.value.row) == (0, again)
    assert read(store, table, "k").values == {"Name": "k"}


def test_a_replace_needs_the_version_that_is_there(store: Store, table: str) -> None:
    [first] = store.commit(table, [Insert(Row("p", "k", {"N": 1, "Gone": True}))])
    [second] = store.commit(table, [Replace(Row("p", "k", {"N": 2}, first))])
    assert second not in {None, first}
    assert read(store, table, "k") == Row("p", "k", {"N": 2}, second)
    late = Row("p", "k", {"N": 3}, first)
    with pytest.raises(RowChanged) as caught:
        store.commit(table, [Replace(late)])
    assert (caught.value.index, caught.value.row) == (0, late)
    assert read(store, table, "k").values == {"N": 2}


def test_a_replace_of_a_missing_row_raises_row_changed(store: Store, table: str) -> None:
    [etag] = store.commit(table, [Insert(Row("p", "k", {}))])
    store.commit(table, [Delete("p", "k")])
    with pytest.raises(RowChanged):
        store.commit(table, [Replace(Row("p", "k", {}, etag))])
    insert(store, table, "k")
    with pytest.raises(RowChanged):
        store.commit(table, [Replace(Row("p", "k", {}, etag))])


def test_an_upsert_writes_over_whatever_is_there(store: Store, table: str) -> None:
    [first] = store.commit(table, [Upsert(Row("p", "k", {"A": 1}))])
    [second] = store.commit(table, [Upsert(Row("p", "k", {"B": 2}))])
    assert first != second
    assert read(store, table, "k") == Row("p", "k", {"B": 2}, second)


def test_a_delete_with_another_version_raises_row_changed(store: Store, table: str) -> None:
    [old] = store.commit(table, [Insert(Row("p", "k", {}))])
    [new] = store.commit(table, [Upsert(Row("p", "k", {}))])
    with pytest.raises(RowChanged) as caught:
        store.commit(table, [Delete("p", "k", old)])
    assert caught.value.row == Row("p", "k", {}, old)
    store.commit(table, [Delete("p", "k", new)])
    assert store.get(table, "p", "k") is None
    store.commit(table, [Delete("p", "k", new)])


def test_a_transaction_returns_its_etags_in_order(store: Store, table: str) -> None:
    insert(store, table, "replaced", "deleted")
    replaced = read(store, table, "replaced")
    etags = store.commit(
        table,
        [
            Insert(Row("p", "inserted", {"N": 1})),
            Delete("p", "deleted"),
            Replace(Row("p", "replaced", {"N": 2}, replaced.etag)),
            Delete("p", "never there"),
            Upsert(Row("p", "upserted", {"N": 3})),
        ],
    )
    assert etags[1] is etags[3] is None
    assert {row.key: row.etag for row in store.query(table)} == {
        "inserted": etags[0],
        "replaced": etags[2],
        "upserted": etags[4],
    }


@pytest.mark.parametrize("failing", ["insert", "replace", "replace missing", "delete"])
def test_a_transaction_that_fails_writes_nothing_and_names_the_operation(
    store: Store, table: str, failing: str
) -> None:
    [old] = store.commit(table, [Insert(Row("p", "k", {"N": 1}))])
    store.commit(table, [Upsert(Row("p", "k", {"N": 2}))])
    cases: dict[str, tuple[Operation, type[StorageError]]] = {
        "insert": (Insert(Row("p", "k", {})), RowExists),
        "replace": (Replace(Row("p", "k", {}, old)), RowChanged),
        "replace missing": (Replace(Row("p", "none", {}, old)), RowChanged),
        "delete": (Delete("p", "k", old), RowChanged),
    }
    operation, error = cases[failing]
    # A delete of a missing row before it must not shift the index.
    with pytest.raises(error) as caught:
        store.commit(table, [Delete("p", "never there"), Upsert(Row("p", "a", {})), operation])
    assert isinstance(caught.value, RowExists | RowChanged)
    assert caught.value.index == 2
    assert [(row.key, row.values) for row in store.query(table)] == [("k", {"N": 2})]


def test_a_query_is_ordered_and_bounded(store: Store, table: str) -> None:
    insert(store, table, "b", "a|2", "a|1", "c", "a", "a}")
    insert(store, table, "a|9", "z", partition="o")
    assert keys(store, table, "p") == ["a", "a|1", "a|2", "a}", "b", "c"]
    assert keys(store, table) == ["a|9", "z", "a", "a|1", "a|2", "a}", "b", "c"]
    first, last = key_range("a|")
    assert keys(store, table, "p", first, last) == ["a|1", "a|2"]
    assert keys(store, table, None, first, last) == ["a|9", "a|1", "a|2"]
    assert keys(store, table, "p", "b") == ["b", "c"]
    assert keys(store, table, "p", "", "a|2") == ["a", "a|1"]
    assert keys(store, table, "p", "it's", "no 'match'") == []


def test_a_query_reads_only_what_it_selects(store: Store, table: str) -> None:
    [etag] = store.commit(table, [Insert(Row("p", "k", {"A": 1, "B": 2.0, "C": "c"}))])
    assert list(store.query(table, "p", select=["A", "B", "Missing"])) == [
        Row("p", "k", {"A": 1, "B": 2.0}, etag)
    ]
    assert list(store.query(table, select=[])) == [Row("p", "k", {}, etag)]


def test_a_query_goes_on_over_pages_and_stops_at_its_limit(store: Store, table: str) -> None:
    names = [f"{number:04}" for number in range(1050)]
    for group in transactions([Insert(Row("p", name, {})) for name in names]):
        store.commit(table, group)
    insert(store, table, "0000", partition="q")
    assert keys(store, table, "p") == names
    assert keys(store, table) == [*names, "0000"]
    assert [row.key for row in store.query(table, "p", first="0001", limit=1020)] == names[1:1021]
    assert [row.key for row in store.query(table, limit=3)] == names[:3]
    assert list(store.query(table, limit=0)) == []


def test_one_of_many_threads_inserts_a_row(store: Store, table: str) -> None:
    def attempt(number: int) -> bool:
        try:
            store.commit(table, [Insert(Row("p", "episode", {"By": number}))])
        except RowExists:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(attempt, range(12))) == 1


def test_threads_that_replace_lose_no_update(store: Store, table: str) -> None:
    insert(store, table, "other")
    store.commit(table, [Insert(Row("p", "k", {"N": 0}))])

    def add_one(_: int) -> None:
        while True:
            row = read(store, table, "k")
            count = row.values["N"]
            assert isinstance(count, int)
            try:
                store.commit(table, [Replace(Row("p", "k", {"N": count + 1}, row.etag))])
            except RowChanged:
                continue
            return

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add_one, range(12)))
    assert read(store, table, "k").values == {"N": 12}


def test_a_full_transaction_of_almost_four_mebibytes_is_taken(store: Store, table: str) -> None:
    rows = [Row("p", f"{number:03}", {"Body": bytes([number]) * 28_000}) for number in range(100)]
    [group] = transactions([Insert(row) for row in rows])
    assert len(store.commit(table, group)) == 100
    assert read(store, table, "099").values == rows[99].values


def test_what_is_outside_the_limits_is_refused_before_it_is_sent(store: Store, table: str) -> None:
    too_long = Row("p", "k", {"Body": "x" * 40_000})
    with pytest.raises(InvalidRow, match="operation 1: property Body takes 80000 bytes") as caught:
        store.commit(table, [Insert(Row("p", "a", {})), Insert(too_long)])
    assert caught.value.index == 1
    assert list(store.query(table)) == []
    with pytest.raises(InvalidRow, match="safe_key"):
        store.get(table, "p", "a/b")
    with pytest.raises(InvalidRow, match="safe_key"):
        store.query(table, "a#b")
    with pytest.raises(InvalidRow, match="table name"):
        store.query("No Table")
