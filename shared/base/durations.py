"""Durations as people write them: "90s", "15m", "2h", "7d".

Detectors declare periods this way and customers declare intervals; one parser keeps both the same.
"""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_PATTERN = re.compile(r"([0-9]{1,9})([smhd])")
_LONGEST = timedelta(days=3660)


def parse_duration(text: str) -> timedelta:
    """The duration that `text` names: a whole number and one of s, m, h, d.

    Raises ValueError, whose message says what would be right, for anything else, for zero, and for more than
    ten years (a typing error rather than an intention).
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f'{text!r} is not a duration; write a whole number and a unit, as in "90s", "15m", "2h", "7d"'
        )
    duration = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if not timedelta() < duration <= _LONGEST:
        raise ValueError(f"{text!r} is out of range; a duration is longer than nothing and at most 3660d")
    return duration


def format_duration(duration: timedelta) -> str:
    """`duration` in the largest unit that divides it: timedelta(minutes=90) is "90m"; rounded to seconds."""
    seconds = round(duration.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
