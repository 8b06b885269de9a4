from __future__ import annotations

import gzip
from random import Random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.delivery._chunks import MAX_BODY_BYTES, MAX_CALL_BYTES, array, chunks

bodies = st.lists(st.integers(2, 60).map(lambda size: b"9" * size), max_size=60)


@given(bodies, st.integers(20, 200))
def test_chunks_hold_every_row_once_in_order(rows: list[bytes], limit: int) -> None:
    assert [index for chunk in chunks(rows, limit) for index in chunk] == list(range(len(rows)))


@given(bodies, st.integers(20, 200))
def test_no_chunk_is_longer_than_the_limit_unless_it_is_one_row(rows: list[bytes], limit: int) -> None:
    for chunk in chunks(rows, limit):
        assert len(array([rows[index] for index in chunk])) <= limit or len(chunk) == 1


@given(bodies, st.integers(20, 200))
def test_no_chunk_could_have_taken_the_next_row(rows: list[bytes], limit: int) -> None:
    cut = list(chunks(rows, limit))

    for chunk in cut[:-1]:
        assert len(array([rows[index] for index in range(chunk.start, chunk.stop + 1)])) > limit


def test_no_rows_make_no_chunks() -> None:
    assert list(chunks([])) == []


def test_tiny_rows_stay_under_a_megabyte_with_their_separators() -> None:
    rows = [orjson.dumps({"a": 1})] * 300_000

    sizes = [len(array([rows[index] for index in chunk])) for chunk in chunks(rows)]

    assert max(sizes) <= MAX_CALL_BYTES
    assert len(sizes) == 3


@pytest.mark.parametrize("seed", [1, 2])
def test_a_full_chunk_that_cannot_be_compressed_stays_under_the_limit_as_gzip(seed: int) -> None:
    assert len(gzip.compress(Random(seed).randbytes(MAX_BODY_BYTES))) <= MAX_CALL_BYTES
