"""Counts and pauses in one byte: exact while small, then in steps of a few percent, so that six weeks take a kilobyte.

Medians are the same on this scale as on that of the values, and a distance on it is a ratio, which is how telemetry
varies: twice as much, half as much.
"""

from __future__ import annotations

from bisect import bisect_right
from math import exp, log
from typing import Final

UNKNOWN: Final = 255
"""The code of an hour that must not be learnt from: an outage, maintenance, a collector that was away."""
_EXACT: Final = 32
_STEP: Final = 1.07

VALUES: Final = tuple(
    float(code) if code <= _EXACT else _EXACT * _STEP ** (code - _EXACT) for code in range(UNKNOWN)
)
"""The value of each code: 0 to 32, then 7 % apart, up to some hundred million."""


def code_of(value: float) -> int:
    """The nearest code of a value that is not negative; what is beyond the scale is its end."""
    if value <= _EXACT:
        return max(0, round(value))
    return min(UNKNOWN - 1, _EXACT + round(log(value / _EXACT) / log(_STEP)))


def value_of(code: float) -> float:
    """The value at a place on the scale, which may lie between codes or, at its lower end, before it."""
    if code <= _EXACT:
        return max(0.0, code)
    return float(_EXACT * _STEP ** (min(code, UNKNOWN - 1) - _EXACT))


def ratio_of(codes: float) -> float:
    """By which factor values are apart that lie so many codes apart."""
    return float(_STEP**codes)


def rescaled(codes: bytes, factor: float) -> bytes:
    """The codes of all values times a factor; what is unknown stays so."""
    table = bytes([*(code_of(value * factor) for value in VALUES), UNKNOWN])
    return codes.translate(table)


MEAN: Final = 0.8
"""A normal distribution's mean distance from its middle, in standard deviations."""

_PAUSES: Final = tuple(0.05 * 1.05**code for code in range(UNKNOWN))


def pause_code(pause: float) -> int:
    """The code of a pause in units of expected arrivals: 0.05 to some ten thousand, 5 % apart, rounded down."""
    return max(0, bisect_right(_PAUSES, pause) - 1)


def pause_value(code: int) -> float:
    """The pause of a code, in the middle of its step."""
    return 0.05 * exp(log(1.05) * (code + 0.5))
