"""From the bytes of a hub message to text in UTF-8: compression and byte-order marks taken off, within bounds.

Called by `body.py`. A small body can hold a very large one; how much is unpacked is therefore bounded by the size of
the body itself, and what cannot be unpacked is reported with the reason.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

GZIP = b"\x1f\x8b"

LARGEST_UNPACKED = 8 << 20
"""Bytes: a compressed body may unpack to this much (a hub message is at most 1 MiB) ..."""

LARGEST_RATIO = 100
"""... and, beyond 1 MiB, to this many times its size: logs shrink to a tenth or a fiftieth."""

_LARGEST_PLAIN = 1 << 20
_MOST_VALUES = 1_000_000
_MOST_MEMBERS = 500
_CHUNK = 16 << 10


class Unpacked(NamedTuple):
    """What a compressed body holds: the content of all its members, and what follows them (it should be nothing)."""

    content: bytes
    rest: bytes


def gunzip(body: bytes) -> Unpacked | str:
    """The content of a compressed body, or the reason why it cannot be had. Never raises."""
    most = max(_LARGEST_PLAIN, min(LARGEST_UNPACKED, LARGEST_RATIO * len(body)))
    parts: list[bytes] = []
    position, left, members = 0, most, 0
    while body.startswith(GZIP, position) and members < _MOST_MEMBERS:
        members += 1
        unpacker = zlib.decompressobj(wbits=31)
        while not unpacker.eof:
            chunk = body[position : position + _CHUNK]
            if not chunk:
                return "gzip: ends too early"
            try:
                parts.append(unpacker.decompress(chunk, left + 1))
            except zlib.error as error:
                return f"gzip: cannot be unpacked ({error})"
            left -= len(parts[-1])
            if left < 0:
                return f"gzip: unpacks to more than {most >> 20} MiB, {most // len(body)} times its size"
            position += len(chunk) - len(unpacker.unused_data)
    content = b"".join(parts)
    if len(content) > _LARGEST_PLAIN and content.count(b",") > _MOST_VALUES:
        return f"gzip: unpacks to more than {_MOST_VALUES} values"
    return Unpacked(content, body[position:].lstrip(b"\0"))


def without_mark(content: bytes) -> bytes:
    """`content` without its byte-order mark, as UTF-8."""
    if content.startswith(b"\xef\xbb\xbf"):
        return content[3:]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    return content
