"""Dead letters: the exact bytes, written once however often they come, whatever they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.bench.counting_store import CountingStore
from shared.storage import Operation, SqliteStore, StoreUnavailable
from shared.upkeep.dead_letters import DeadLetter, DeadLetters

LETTER = DeadLetter(
    "hub", "0", 17, 2, datetime(2026, 11, 2, 9, 0, 0, 250_000, tzinfo=UTC), "no JSON", b"{oops"
)


@pytest.fixture
def letters() -> DeadLetters:
    return DeadLetters(SqliteStore(":memory:"))


@given(
    st.binary(max_size=300),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=600),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.integers(-1, 2**62),
)
@settings(max_examples=80)
def test_a_letter_is_read_back_as_it_was_kept(content: bytes, reason: str, hub: str, number: int) -> None:
    letters = DeadLetters(SqliteStore(":memory:"))
    letter = replace(LETTER, content=content, reason=reason, hub=hub, sequence_number=number)
    letters.keep([letter])
    assert list(letters.read()) == [replace(letter, reason=reason[:400])]


@pytest.mark.parametrize("megabytes", [0, 1, 3, 9])
def test_bytes_of_any_size_that_do_not_compress_are_read_back(letters: DeadLetters, megabytes: int) -> None:
    content = Random(megabytes).randbytes(megabytes << 20)
    found = [replace(LETTER, place=place, content=content) for place in range(2)]
    letters.keep(found)
    assert letters.count() == 2
    assert list(letters.read()) == found


def test_a_letter_that_is_kept_again_is_one_letter(letters: DeadLetters) -> None:
    for _ in range(3):
        letters.keep([LETTER, replace(LETTER, place=3)])
    assert letters.count() == 2
    assert letters.by_reason() == {"no JSON": 2}


def test_letters_come_in_the_order_of_their_messages(letters: DeadLetters) -> None:
    numbers = [5, 40, 300, 2_000]
    letters.keep([replace(LETTER, sequence_number=number) for number in reversed(numbers)])
    assert [letter.sequence_number for letter in letters.read()] == numbers


def test_reasons_are_counted_the_commonest_first(letters: DeadLetters) -> None:
    reasons = ["empty body", "no JSON", "no JSON"]
    letters.keep([replace(LETTER, place=place, reason=reason) for place, reason in enumerate(reasons)])
    assert list(letters.by_reason().items()) == [("no JSON", 2), ("empty body", 1)]


def test_a_hundred_letters_are_one_transaction() -> None:
    counting = CountingStore(SqliteStore(":memory:"))
    DeadLetters(counting).keep([replace(LETTER, place=place) for place in range(100)])
    assert counting.operations == 1


class Breaking(SqliteStore):
    """Fails from the second transaction on."""

    def __init__(self) -> None:
        super().__init__(":memory:")
        self.left = 1

    def commit(self, table: str, operations: Sequence[Operation]) -> list[str | None]:
        if self.left == 0:
            raise StoreUnavailable("the store is down")
        self.left -= 1
        return super().commit(table, operations)


def test_a_letter_that_was_kept_by_half_is_not_there_until_it_is_kept_whole() -> None:
    store = Breaking()
    letters = DeadLetters(store)
    letters.keep([replace(LETTER, sequence_number=1)])
    large = replace(LETTER, content=Random(1).randbytes(6 << 20))
    store.left = 1
    with pytest.raises(StoreUnavailable):
        letters.keep([large])
    store.left = 10
    letters.keep([replace(LETTER, sequence_number=99)])
    assert [letter.sequence_number for letter in letters.read()] == [1, 99]
    assert letters.count() == 2
    letters.keep([large])
    assert [letter.content for letter in letters.read()][1] == large.content


def test_a_shorter_letter_in_the_place_of_a_longer_one_is_whole() -> None:
    letters = DeadLetters(SqliteStore(":memory:"))
    letters.keep([replace(LETTER, content=Random(1).randbytes(3 << 20))])
    letters.keep([LETTER])
    assert list(letters.read()) == [LETTER]
