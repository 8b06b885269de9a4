from __future__ import annotations

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from shared.alerts.text import neutralised, prose, shortened

HOSTILE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_every_control_format_and_separator_character_of_unicode_is_shown_as_its_escape() -> None:
    characters = (chr(code) for code in range(sys.maxunicode + 1))
    hostile = [character for character in characters if unicodedata.category(character) in HOSTILE]

    assert [character for character in hostile if character in neutralised(character)] == []


def test_a_direction_override_is_shown_where_it_stood() -> None:
    assert neutralised("invoice\u202efdp.exe") == "invoice\\u202efdp.exe"
    assert (
        neutralised("a\u200bb\ufeff\x1b[2J\x00\U000e0041") == "a\\u200bb\\ufeff\\u001b[2J\\u0000\\U000e0041"
    )


def test_a_line_end_from_an_event_does_not_begin_a_line() -> None:
    assert neutralised("ann\r\nadmin\t1") == "ann\\r\\nadmin\\t1"


def test_names_in_any_script_stay_as_they_are() -> None:
    names = 'Jürgen Müller, 王小明, Ольга, علي, ΑΒΓ, d\'Arc <x> \\ "q" 😀'

    assert neutralised(names) == names


def test_prose_keeps_its_lines() -> None:
    assert prose("one\n\ttwo\x07\r") == "one\n\ttwo\\u0007\\r"


@given(st.text())
def test_what_is_neutralised_once_stays_the_same(text: str) -> None:
    once = neutralised(text)

    assert neutralised(once) == once
    assert "\n" not in once


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(3, 40))
def test_a_shortened_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = shortened(text, limit)

    assert len(short.encode()) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))
    if len(text.encode()) <= limit:
        assert short == text
