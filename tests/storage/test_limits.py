"""Azure's limits at their edges: the last that is taken, and the first that is not."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.storage import Delete, Insert, InvalidRow, Operation, Replace, Row, RowValue, Upsert, transactions
from shared.storage._limits import check_key, check_row, check_table, check_transaction


def row(**values: RowValue) -> Row:
    return Row("p", "k", values)


def test_a_property_of_64_kib_is_the_longest() -> None:
    check_row(row(Text="x" * 32_768, Wide="🐶" * 16_384, Bytes=b"x" * 65_536))
    for too_long in ("x" * 32_769, "🐶" * 16_385, "é" * 32_769, b"x" * 65_537):
        with pytest.raises(InvalidRow, match="property Long takes"):
            check_row(row(Long=too_long))


def test_an_entity_of_1_mib_is_the_largest() -> None:
    # 4 + keys (2 + 2) + 15 full properties of 8 + 2 * 3 (name) + 4 + 65,536, and one that fills the rest.
    full: dict[str, RowValue] = {f"P{number:02}": b"x" * 65_536 for number in range(15)}
    rest = 1024 * 1024 - 8 - 15 * (8 + 6 + 4 + 65_536) - (8 + 6 + 4)
    check_row(row(**full, P15=b"x" * rest))
    with pytest.raises(InvalidRow, match="the row takes 1048577 bytes, more than 1048576"):
        check_row(row(**full, P15=b"x" * (rest + 1)))


def test_252_properties_are_the_most() -> None:
    check_row(row(**{f"P{number}": True for number in range(252)}))
    with pytest.raises(InvalidRow, match="253 properties, more than 252"):
        check_row(row(**{f"P{number}": True for number in range(253)}))


@pytest.mark.parametrize(
    "name",
    ["", "1st", "a-b", "a b", "a.b", "é", "odata.type", "PartitionKey", "RowKey", "Timestamp", "x" * 256],
)
def test_a_property_name_is_letters_digits_and_underscores(name: str) -> None:
    with pytest.raises(InvalidRow, match="property name"):
        check_row(row(**{name: 1}))


@pytest.mark.parametrize("value", [None, ["a"], {"a": 1}, object(), bytearray(b"a"), 1j])
def test_a_value_of_another_type_is_refused(value: object) -> None:
    with pytest.raises(InvalidRow, match="property Value is a"):
        check_row(row(Value=cast("Any", value)))


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**5000], ids=["above", "below", "far above"])
def test_an_int_beyond_64_bit_is_refused(number: int) -> None:
    with pytest.raises(InvalidRow, match="beyond 64 bit"):
        check_row(row(Number=number))


@pytest.mark.parametrize("text", ["\ud83d", "a\udc36", "\udc36\ud83d"])
def test_half_a_surrogate_pair_is_refused(text: str) -> None:
    with pytest.raises(InvalidRow, match="property Text has half a surrogate pair"):
        check_row(row(Text=text))


@pytest.mark.parametrize("character", [*"/\\#?%", "\0", "\t", "\n", "\x7f", "\x85", "\ud800"])
def test_a_character_that_azure_refuses_is_refused_in_keys(character: str) -> None:
    with pytest.raises(InvalidRow, match="safe_key"):
        check_key("key", f"a{character}b")


def test_a_key_is_1_kib_at_most_and_not_empty() -> None:
    check_key("key", "x" * 512)
    with pytest.raises(InvalidRow, match="takes 1026 bytes, more than 1024"):
        check_key("key", "x" * 513)
    with pytest.raises(InvalidRow, match="takes 1028 bytes"):
        check_key("key", "🐶" * 257)
    with pytest.raises(InvalidRow, match="the partition is empty"):
        check_row(Row("", "k", {}))


@pytest.mark.parametrize("name", ["", "ab", "Windows", "1st", "a_b", "x" * 64, "rows; --"])
def test_a_table_name_is_lower_case_letters_and_digits(name: str) -> None:
    check_table("windows")
    with pytest.raises(InvalidRow, match="table name"):
        check_table(name)


def test_the_reason_is_one_line_whatever_the_text() -> None:
    with pytest.raises(InvalidRow) as caught:
        check_key("key", "\x1b[31m\n" * 1000)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("operations", "reason"),
    [
        ([], "1 to 100 operations, not 0"),
        ([Delete("p", f"{number}") for number in range(101)], "1 to 100 operations, not 101"),
        ([Delete("p", "k"), Delete("q", "k")], "operation 1: a transaction is about one partition only"),
        ([Delete("p", "k"), Upsert(Row("p", "k", {}))], "operation 1: a transaction names a row once"),
        ([Replace(Row("p", "k", {}))], "operation 0: a Replace needs the ETag"),
        ([Insert(Row("p", f"{n}", {"Body": b"x" * 65_536})) for n in range(48)], "the transaction takes"),
    ],
)
def test_a_transaction_has_limits_of_its_own(operations: list[Operation], reason: str) -> None:
    with pytest.raises(InvalidRow, match=reason):
        check_transaction("windows", operations)


OPERATIONS = st.lists(
    st.builds(
        lambda partition, key, size: Upsert(Row(partition, key, {"Body": b"x" * size})),
        st.sampled_from("pq"),
        st.sampled_from([f"k{number}" for number in range(150)]),
        st.sampled_from([0, 10, 60_000]),
    ),
    max_size=300,
)


@given(OPERATIONS)
def test_any_operations_fit_once_they_are_grouped(operations: list[Operation]) -> None:
    groups = list(transactions(operations))
    for group in groups:
        check_transaction("windows", group)
    for partition in "pq":
        asked = [op for op in operations if isinstance(op, Upsert) and op.row.partition == partition]
        got = [
            op for group in groups for op in group if isinstance(op, Upsert) and op.row.partition == partition
        ]
        assert got == asked
