"""What every store gives back: any value with its type, under any legal key."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.storage import Delete, Insert, Replace, Row, RowValue, Store, Upsert, safe_key

SCALARS: Mapping[str, RowValue] = {
    "Zero": 0,
    "Largest": 2**63 - 1,
    "Smallest": -(2**63),
    "Small": 7,
    "Fraction": 0.1,
    "Whole": 3.0,
    "Huge": 1e300,
    "Infinite": -math.inf,
    "Yes": True,
    "No": False,
    "Empty": "",
    "Emoji": "who let the 🐶 out? 'é' \"quoted\" & <b> \\ / % \t\r\n end ",
    "LooksLikeTime": "2026-03-01T12:00:00.1234567Z",
    "LooksLikeNumber": "007",
    "Json": '{"a": [1, null]}',
    "Bytes": bytes(range(256)),
    "NoBytes": b"",
}


def read(store: Store, table: str, key: str) -> Row:
    row = store.get(table, "p", key)
    assert row is not None
    return row


def test_every_value_comes_back_exactly_with_its_type(store: Store, table: str) -> None:
    store.commit(table, [Insert(Row("p", "k", SCALARS))])
    got = dict(read(store, table, "k").values)
    assert got == dict(SCALARS)
    assert {name: type(value) for name, value in got.items()} == {n: type(v) for n, v in SCALARS.items()}


def test_not_a_number_comes_back(store: Store, table: str) -> None:
    store.commit(table, [Insert(Row("p", "k", {"Ratio": math.nan}))])
    ratio = read(store, table, "k").values["Ratio"]
    assert isinstance(ratio, float)
    assert math.isnan(ratio)


@given(
    values=st.dictionaries(
        st.from_regex(r"V[A-Za-z0-9_]{0,20}", fullmatch=True),
        st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False)
        | st.booleans()
        | st.text(st.characters(exclude_categories=["Cs"]))
        | st.binary(),
        max_size=12,
    )
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_values_come_back_by_get_and_by_query(
    store: Store, table: str, values: dict[str, RowValue]
) -> None:
    store.commit(table, [Upsert(Row("any", "k", values))])
    got = store.get(table, "any", "k")
    assert got is not None
    assert got.values == values
    assert [type(got.values[name]) for name in values] == [type(value) for value in values.values()]
    assert list(store.query(table, "any")) == [got]


@pytest.mark.parametrize(
    "key", ["it's", "a|b=c,d;e", "tab or space", "ключ é 🐶", safe_key("a/b\\c#d?e%f+g\n")]
)
def test_a_legal_key_can_be_written_read_replaced_and_deleted(store: Store, table: str, key: str) -> None:
    [etag] = store.commit(table, [Insert(Row(key, key, {"N": 1}))])
    assert store.get(table, key, key) == Row(key, key, {"N": 1}, etag)
    assert [row.key for row in store.query(table, key, first=key)] == [key]
    # Once alone and once in a transaction: the two have different addresses.
    [etag] = store.commit(table, [Replace(Row(key, key, {"N": 2}, etag))])
    etag, _ = store.commit(table, [Replace(Row(key, key, {"N": 3}, etag)), Insert(Row(key, "other", {}))])
    assert store.get(table, key, key) == Row(key, key, {"N": 3}, etag)
    store.commit(table, [Delete(key, key, etag)])
    assert store.get(table, key, key) is None
