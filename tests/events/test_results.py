"""Words and codes of results."""

from __future__ import annotations

import pytest

from shared.events.results import result_code, result_word


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("Success", "Success"), ("Succeeded.", "Success"), ("SUCCEEDED", "Success"), (True, "Success"), (0, "Success"),
        ("OK", "Success"), (200, "Success"), ("302", "Success"), ("Allow", "Success"), ("ACCEPT", "Success"),
        ("Failure", "Failure"), ("Failed.NotFound", "Failure"), ("failed", "Failure"), (False, "Failure"),
        ("Unauthorized", "Failure"), ("403", "Failure"), (500, "Failure"), ("Deny", "Failure"), ("REJECT", "Failure"),
        ("Forbidden.", "Failure"), ("ErrorCode", "Failure"), ("timed out", "Failure"), ("Client_Error", "Failure"),
        ("Partially Succeeded", "Partial"), ("Started.", "NA"), ("N/A", None), ("None", "NA"), ("In Progress", "NA"),
        ("weird", None), ("", None), (None, None), ({}, None), ([], None), ("50126", None),
    ],
)  # fmt: skip
def test_a_result_becomes_a_word_of_asim(value: object, word: str | None) -> None:
    assert result_word(value) == word


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("0", "Success"),
        (0, "Success"),
        ("50126", "Failure"),
        (7000222, "Failure"),
        ("-1", "Failure"),
        ("Success", "Success"),
    ],
)
def test_every_error_code_but_zero_is_a_failure(value: object, word: str) -> None:
    assert result_code(value) == word
