from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.storage import SEPARATOR, key_range, safe_key
from shared.storage._limits import check_key

ANY_TEXT = st.text(st.characters(codec=None)) | st.text("aA/|~!%2F\ud800é")


def unescape(key: str) -> str:
    """The text that a key which was not cut stands for."""
    if key == "~":
        return ""
    parts = key.split("!")
    return parts[0] + (b"".join(bytes.fromhex(part[:2]) + part[2:].encode() for part in parts[1:])).decode(
        "utf-8", "surrogatepass"
    )


@given(ANY_TEXT)
def test_any_text_becomes_a_legal_key_part(text: str) -> None:
    key = safe_key(text)
    check_key("key", key)
    assert key.isascii()
    assert SEPARATOR not in key
    assert len(key) <= 200


@given(st.text(st.characters(codec=None), max_size=15))
def test_a_short_text_can_be_read_back_from_its_key(text: str) -> None:
    assert unescape(safe_key(text)) == text


@given(ANY_TEXT, ANY_TEXT)
def test_different_texts_have_different_keys(one: str, other: str) -> None:
    assert (safe_key(one, 40) == safe_key(other, 40)) == (one == other)


def test_long_texts_that_begin_alike_have_different_keys() -> None:
    stem = "/subscriptions/" * 50
    one, other = safe_key(f"{stem}a"), safe_key(f"{stem}b")
    assert one != other
    assert len(one) == len(other) == 200
    assert one[:160] == other[:160]


def test_a_cut_text_cannot_be_forged_by_one_that_is_not_cut() -> None:
    cut = safe_key("a" * 100, 64)
    assert safe_key(cut, 64) != cut


def test_common_names_stay_readable() -> None:
    assert safe_key("mona.lisa@contoso.com") == "mona.lisa@contoso.com"
    assert safe_key("2026-03-01T12:00:00Z") == "2026-03-01T12:00:00Z"
    assert safe_key("a b/c%|é+") == "a!20b!2Fc!25!7C!C3!A9!2B"
    assert safe_key("") == "~"


def test_a_limit_too_small_for_a_digest_is_refused() -> None:
    assert len(safe_key("é" * 40, 33)) == 33
    with pytest.raises(ValueError, match="33 or more"):
        safe_key("a", 32)


@given(st.text("ab|}~", min_size=1), st.text("ab|}~\x7e"))
def test_a_key_range_holds_exactly_the_keys_with_the_prefix(prefix: str, key: str) -> None:
    first, last = key_range(prefix)
    assert (first <= key < last) == key.startswith(prefix)


@pytest.mark.parametrize("prefix", ["", "é"])
def test_a_range_needs_an_ascii_prefix(prefix: str) -> None:
    with pytest.raises(ValueError, match="no prefix of keys"):
        key_range(prefix)
