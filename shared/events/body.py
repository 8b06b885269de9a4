"""From the exact bytes of a hub message to records, for every form a body can take (the careful way).

`decode.py` tries the fast way first and comes here for whatever is not plain. Every record that can be read is
given; what cannot be read is a `Problem` with a reason and its bytes, so that nothing disappears.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from shared.events.paths import Record
from shared.events.salvage import salvage
from shared.events.textlines import read_text_line

LARGEST_UNPACKED = 16 << 20
"""Bytes: a compressed body may unpack to this much (a hub message is at most 1 MiB)."""

_DEEPEST_ENVELOPE = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A record, and how it was salvaged where it was not simply there."""

    record: Record
    salvaged: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read: why, and the bytes. `harmless`: no telemetry was in it (a sender's heartbeat)."""

    reason: str
    content: bytes
    harmless: bool = False


Item = Found | Problem


def read_body(body: bytes) -> Iterator[Item]:
    """Every record and every problem of one hub message, in order. Never raises."""
    content = body
    if content[:2] == b"\x1f\x8b":
        unpacked = _gunzip(content)
        if isinstance(unpacked, str):
            yield Problem(unpacked, body)
            return
        content = unpacked
    content = _without_mark(content)
    if not content.strip(b" \t\r\n\0"):
        yield Problem("empty body", body, harmless=not body)
        return
    try:
        value = orjson.loads(content)
    except ValueError:
        yield from _broken(content)
        return
    yield from expand(value, content)


def _gunzip(content: bytes) -> bytes | str:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(content, LARGEST_UNPACKED)
    except zlib.error as error:
        return f"gzip: cannot be unpacked ({error})"
    if unpacker.unconsumed_tail:
        return f"gzip: unpacks to more than {LARGEST_UNPACKED >> 20} MiB"
    if not unpacker.eof:
        return "gzip: ends too early"
    return unpacked


def _without_mark(content: bytes) -> bytes:
    if content.startswith(b"\xef\xbb\xbf"):
        return content[3:]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    return content


def _broken(content: bytes) -> Iterator[Item]:
    first = content.lstrip()[:1]
    if first in (b"{", b"[", b'"'):
        for piece in salvage(content):
            if piece.reason is None:
                yield from expand(piece.value, piece.content, note=piece.note)
            else:
                yield Problem(piece.reason, piece.content)
        return
    for line in content.splitlines():
        if not line.strip():
            continue
        record = read_text_line(line.decode("utf-8", errors="replace"))
        if record is not None:
            yield Found(record)
        else:
            yield Problem("plain text: no JSON and no known text format", line)


def expand(value: Any, content: bytes, depth: int = 0, note: str | None = None) -> Iterator[Item]:
    """The records in a parsed value: an envelope, a list, a lone record, or JSON inside a string."""
    if isinstance(value, dict):
        records = _records_of(value)
        if records is None:
            if len(value) <= 2 and value.get("type") == "heartbeat":
                yield Problem("heartbeat of the sender: carries no record", content, harmless=True)
            else:
                yield Found(value, note)
        elif depth >= _DEEPEST_ENVELOPE:
            yield Problem(f"envelopes nested deeper than {_DEEPEST_ENVELOPE}", content)
        elif isinstance(records, list) and not records:
            yield Problem("envelope without records", content, harmless=True)
        else:
            yield from expand(records, content, depth + 1, note)
    elif isinstance(value, list):
        if depth > _DEEPEST_ENVELOPE:
            yield Problem(f"lists nested deeper than {_DEEPEST_ENVELOPE}", content)
            return
        for item in value:
            if isinstance(item, dict) and _records_of(item) is None:
                yield Found(item, note)
            else:
                yield from expand(item, _dumped(item), depth + 1, note)
    elif isinstance(value, str):
        yield from _from_string(value, depth, note)
    else:
        yield Problem(f"a record is {_kind(value)}, not an object", content)


def _from_string(text: str, depth: int, note: str | None) -> Iterator[Item]:
    content = text.encode("utf-8", errors="replace")
    if depth <= _DEEPEST_ENVELOPE and text.lstrip()[:1] in ("{", "["):
        try:
            inner = orjson.loads(text)
        except ValueError:
            inner = None
        if inner is not None:
            yield from expand(inner, content, depth + 1, note)
            return
    record = read_text_line(text)
    if record is not None:
        yield Found(record, note)
    else:
        yield Problem("a record is text, not an object", content)


def _records_of(value: Record) -> Any:
    """The content of an envelope: its `records`; None for a lone record."""
    for name in ("records", "Records", "RECORDS"):
        if name in value and isinstance(value[name], list | str | dict):
            return value[name]
    return None


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", type(None): "null"}
    return names.get(type(value), type(value).__name__)
