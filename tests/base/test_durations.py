"""How people write durations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        (" 7d ", timedelta(days=7)),
    ],
)
def test_a_number_and_a_unit_is_a_duration(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text", ["", "15", "m", "15 minutes", "1.5h", "-1h", "1h30m", "\u0661\u0665m", "15M"]
)
def test_anything_else_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match=r'as in "90s", "15m", "2h", "7d"'):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0s", "3661d", "999999999d"])
def test_a_duration_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="out of range"):
        parse_duration(text)


@given(st.integers(min_value=1, max_value=3660 * 86_400))
def test_a_formatted_duration_reads_back_as_itself(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(format_duration(duration)) == duration
