"""Sketches: bounded stand-ins for sets that have grown too large to be kept value by value.

`HyperLogLog` counts different values with a standard error of 1.6 % (1.04 / sqrt(4096)); two of them are merged
without loss. `Bloom` tells values that were seen from those that were not; it may take a new value for a known one,
never the other way round. Both are plain bytes, so that they stand in rows as they are.
Sources: Flajolet et al., "HyperLogLog" (2007), for the registers; Ertl, "New cardinality estimation algorithms for
HyperLogLog sketches" (2017), for the estimate, which needs no correction for small or large numbers; Bloom, "Space/time
trade-offs in hash coding with allowable errors" (1970).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Final

DIGEST: Final = 8
"""Bytes of a value's digest."""

ERROR: Final = 0.016
"""The standard error of an estimate: two of three are nearer than this, nineteen of twenty nearer than twice this."""

_BITS = 12
_REGISTERS = 1 << _BITS
_RANKS = 64 - _BITS
_BLOOM_BYTES = 8192
_PROBES = 4


@lru_cache(maxsize=8192)
def digest_of(value: str) -> bytes:
    """A value in eight bytes: rows stay small whatever the value."""
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=DIGEST).digest()


def digests_in(packed: bytes) -> list[bytes]:
    """The digests that stand one after the other in `packed`."""
    return [packed[start : start + DIGEST] for start in range(0, len(packed), DIGEST)]


def sketched(digests: Iterable[bytes], into: bytes = b"") -> bytes:
    """The registers after the values of `digests`."""
    registers = bytearray(into or _REGISTERS)
    for digest in digests:
        number = int.from_bytes(digest, "big")
        register = number >> _RANKS
        rank = _RANKS - (number & ((1 << _RANKS) - 1)).bit_length() + 1
        registers[register] = max(registers[register], rank)
    return bytes(registers)


def merged(sketches: Iterable[bytes]) -> bytes:
    """The sketch of everything that any of `sketches` has seen."""
    result = bytes(_REGISTERS)
    for sketch in sketches:
        result = bytes(map(max, result, sketch))
    return result


def estimated(registers: bytes) -> int:
    """How many different values were seen, about."""
    found = [0] * (_RANKS + 2)
    for rank in registers:
        found[rank] += 1
    z = _REGISTERS * _tau(1 - found[_RANKS + 1] / _REGISTERS)
    for rank in range(_RANKS, 0, -1):
        z = (z + found[rank]) / 2
    z += _REGISTERS * _sigma(found[0] / _REGISTERS)
    return round(_REGISTERS * _REGISTERS / (2 * math.log(2) * z))


def _sigma(x: float) -> float:
    if x == 1:
        return math.inf
    y, z = 1.0, x
    while True:
        x *= x
        before = z
        z += x * y
        y += y
        if z == before:
            return z


def _tau(x: float) -> float:
    if x in (0, 1):
        return 0.0
    y, z = 1.0, 1 - x
    while True:
        x = math.sqrt(x)
        before = z
        y /= 2
        z -= (1 - x) ** 2 * y
        if z == before:
            return z / 3


def bloomed(digest: bytes, into: bytes = b"") -> bytes:
    """The filter after one more value."""
    bits = bytearray(into or _BLOOM_BYTES)
    for place in _places(digest):
        bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def may_hold(bits: bytes, digest: bytes) -> bool:
    """Whether a filter may have seen a value; False is certain."""
    return bool(bits) and all(bits[place >> 3] & (1 << (place & 7)) for place in _places(digest))


def _places(digest: bytes) -> list[int]:
    first, second = int.from_bytes(digest[:4], "big"), int.from_bytes(digest[4:], "big") | 1
    return [(first + turn * second) % (_BLOOM_BYTES * 8) for turn in range(_PROBES)]
