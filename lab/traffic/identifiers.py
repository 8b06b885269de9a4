"""Identifiers and times in the shapes that Azure and AWS write, drawn from a seeded generator.

Called by the company and by every record: what looks random must repeat with the seed.
"""

from __future__ import annotations

import base64
from datetime import datetime
from random import Random


def seeded(*parts: int | str) -> Random:
    """A generator that gives the same numbers for the same parts, in every process and on every platform."""
    return Random("/".join(str(part) for part in parts))  # noqa: S311  # made-up telemetry, nothing is secret


def guid(rng: Random) -> str:
    """A version 4 UUID in lower case (`uuid.UUID` costs ten times as much)."""
    digits = f"{rng.getrandbits(128):032x}"
    variant = "89ab"[rng.getrandbits(2)]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def token(rng: Random, length: int) -> str:
    """Base64url text as in token identifiers; `length` in characters."""
    return base64.urlsafe_b64encode(rng.randbytes(length)).decode()[:length]


def instant(time: datetime, ticks: int = 0) -> str:
    """A UTC time with seven fractional digits, as Azure writes it; `ticks` is the seventh digit."""
    return f"{time.isoformat(timespec='microseconds')[:26]}{ticks}Z"


def seconds_instant(time: datetime) -> str:
    """A UTC time in whole seconds, as AWS writes it."""
    return f"{time.isoformat(timespec='seconds')[:19]}Z"
