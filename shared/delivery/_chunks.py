"""Cuts rows into calls that the Logs Ingestion API takes: at most 1 MB each, as sent and unpacked.

The client library sums rows without their separators and allows 1 MiB, which tiny rows carry past the limit;
so `sentinel.py` cuts for itself and hands over finished bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

MAX_CALL_BYTES: Final = 1_000_000
"""The service's limit for a call, compressed and uncompressed alike."""

MAX_BODY_BYTES: Final = MAX_CALL_BYTES - 1_000
"""Uncompressed limit: gzip makes incompressible data longer, by 5 bytes in 16 KB and 18 for its frame."""


def chunks(bodies: Sequence[bytes], limit: int = MAX_BODY_BYTES) -> Iterator[range]:
    """Runs of consecutive rows whose JSON array takes at most `limit` bytes; a row that is too long goes
    alone.
    """
    first = 0
    size = 2
    for index, body in enumerate(bodies):
        longer = size + len(body) + (1 if index > first else 0)
        if index > first and longer > limit:
            yield range(first, index)
            first, longer = index, 2 + len(body)
        size = longer
    if bodies:
        yield range(first, len(bodies))


def array(bodies: Sequence[bytes]) -> bytes:
    """The JSON array of these rows."""
    return b"[" + b",".join(bodies) + b"]"
