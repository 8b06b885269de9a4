"""From the exact bytes of a hub message to records, for every form a body can take (the slow path).

`decoder.py` tries the fast path first and comes here for whatever is not plain. Every record that can be read is
given; what cannot be read is a `Problem` with a reason and its bytes, so that nothing disappears. The work is
bounded: of a body of too many parts, the rest is one `Problem`, in a form that can be sent through again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from shared.events.lenient_json import dump
from shared.events.paths import Record
from shared.events.reading._salvage import Effort, salvage
from shared.events.reading._textlines import read_text_line
from shared.events.reading._unpack import GZIP, gunzip, without_mark

MOST_PARTS = 4_000
"""Records of one body that are read on the slow path (a hub message holds so many of 260 bytes); what cannot be read,
and what nobody wants, counts twice."""

SPARE = 200
"""Lone records that are read beyond that, where no more than these stand behind a value of very many parts."""

MOST_PROBLEMS = 250
"""Problems of one body that are reported one by one."""

_DEEPEST_ENVELOPE = 3
_LINE = re.compile(rb"[^\r\n]++")
_LISTS = ("records", "Records", "RECORDS")
_NAMES = frozenset({"category", "eventSource", "schema"})


class Found(NamedTuple):
    """A record, and how it was salvaged where it was not simply there."""

    record: Record
    salvaged: str | None = None


class Problem(NamedTuple):
    """What could not be read: why, and the bytes. `harmless`: no telemetry was in it (a sender's heartbeat)."""

    reason: str
    content: bytes
    harmless: bool = False


Item = Found | Problem


def read_body(body: bytes, reader: BodyReader) -> Iterator[Item]:
    """Every record and every problem of one hub message, in order, by a reader of its own. Never raises."""
    content = body
    if body.startswith(GZIP):
        unpacked = gunzip(body)
        if isinstance(unpacked, str):
            yield Problem(unpacked, body)
            return
        content = unpacked.content
        if unpacked.rest:
            yield Problem("gzip: something else follows", unpacked.rest)
    content = without_mark(content)
    if not content.strip(b" \t\r\n\0"):
        yield Problem("empty body", body, harmless=not body)
        return
    yield from _bounded(reader.read(content), reader)


def read_value(value: Any, content: bytes, depth: int, reader: BodyReader) -> Iterator[Item]:
    """As `read_body`, for a value that stands `depth` lists and envelopes deep in a body; `content` is its text."""
    yield from _bounded(reader.expand(value, content, depth), reader)


def _bounded(items: Iterator[Item], reader: BodyReader) -> Iterator[Item]:
    """The items, problems one by one up to a bound, and last what was not read."""
    problems = 0
    for item in items:
        if isinstance(item, Problem):
            problems += 1
            if problems > MOST_PROBLEMS:
                reader.unread.append(item.content)
                continue
        yield item
    if problems > MOST_PROBLEMS:
        yield Problem(f"more than {MOST_PROBLEMS} parts cannot be read; the others together", reader.rest())
    elif reader.unread:
        yield Problem(f"more than {reader.most} parts in one body; the rest was not read", reader.rest())


class BodyReader:
    """Reads one body, up to `most` parts; what it did not come to stands in `unread`."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.left = most
        self.effort = Effort()
        self.spare = SPARE
        self.unread: list[bytes] = []

    def rest(self) -> bytes:
        """What was not read, as lines."""
        return b"\n".join(self.unread)

    def read(self, content: bytes) -> Iterator[Item]:
        """The records and problems of a body that is no longer compressed."""
        try:
            value = orjson.loads(content)
        except ValueError:
            yield from self._broken(content)
            return
        yield from self.expand(value, content)

    def _broken(self, content: bytes) -> Iterator[Item]:
        if content.lstrip()[:1] in (b"{", b"[", b'"'):
            yield from self._salvaged(content)
            return
        for line in _LINE.finditer(content):
            if self.left <= 0:
                self.unread.append(content[line.start() :])
                return
            if line.group().strip():
                yield from self._text_line(line.group())

    def _text_line(self, line: bytes) -> Iterator[Item]:
        record = read_text_line(line.decode("utf-8", errors="replace"))
        start = line.find(b'{"')
        if record is not None:
            yield self._found(record, None)
        elif start >= 0:
            yield from self._salvaged(line[start:])
        else:
            yield self._problem("plain text: no JSON and no known text format", line)

    def _salvaged(self, content: bytes, depth: int = 0) -> Iterator[Item]:
        for piece in salvage(content, self.effort):
            if self.left <= 0:
                self.unread.append(piece.content)
                self.effort.stop()  # the next piece is the whole rest
            elif piece.reason is None:
                yield from self.expand(piece.value, piece.content, depth, piece.note)
            else:
                yield self._problem(piece.reason, piece.content)

    def expand(self, value: Any, content: bytes, depth: int = 0, note: str | None = None) -> Iterator[Item]:
        """The records in a parsed value: an envelope, a list, a lone record, or JSON inside a string."""
        if isinstance(value, dict):
            records = _records_of(value, inner=depth > 0)
            if records is None:
                if _is_heartbeat(value):
                    yield self._problem("heartbeat of the sender: carries no record", content, harmless=True)
                else:
                    yield self._found(value, note)
            elif depth >= _DEEPEST_ENVELOPE:
                yield self._problem(f"envelopes nested deeper than {_DEEPEST_ENVELOPE}", content)
            elif not records and isinstance(records, list):
                yield self._problem("envelope without records", content, harmless=True)
            else:
                yield from self.expand(records, content, depth + 1, note)
        elif isinstance(value, list) and not value:
            yield self._problem("list without records", content, harmless=True)
        elif isinstance(value, list):
            if depth > _DEEPEST_ENVELOPE:
                yield self._problem(f"lists nested deeper than {_DEEPEST_ENVELOPE}", content)
            else:
                yield from self._each(value, depth, note)
        elif isinstance(value, str):
            yield from self._from_string(value, depth, note)
        else:
            yield self._problem(f"a record is {_kind(value)}, not an object", content)

    def _each(self, values: list[Any], depth: int, note: str | None) -> Iterator[Item]:
        for number, item in enumerate(values):
            if self.left <= 0:
                few = len(values) - number <= self.spare
                if few and (record := _lone_record(item)) is not None:
                    self.spare -= 1
                    yield Found(record, note)
                    continue
                self.unread.append(dump({"records": values[number:]}))
                return
            if is_plain_record(item):
                yield self._found(item, note)
            else:
                yield from self.expand(item, dump(item), depth + 1, note)

    def _from_string(self, text: str, depth: int, note: str | None) -> Iterator[Item]:
        content = text.encode("utf-8", errors="replace")
        if depth <= _DEEPEST_ENVELOPE and text.lstrip()[:1] in ("{", "["):
            try:
                inner = orjson.loads(text)
            except ValueError:
                inner = None
            if inner is not None:
                yield from self.expand(inner, content, depth + 1, note)
            else:
                yield from self._salvaged(content, depth + 1)
            return
        record = read_text_line(text)
        if record is not None:
            yield self._found(record, note)
        else:
            yield self._problem("a record is text, not an object", content)

    def _found(self, record: Record, note: str | None) -> Found:
        self.left -= 1
        return Found(record, note)

    def _problem(self, reason: str, content: bytes, *, harmless: bool = False) -> Problem:
        self.left -= 2
        return Problem(reason, content, harmless)


def _lone_record(item: Any) -> Record | None:
    """The record that a value of a list is, also as JSON in a string; None for whatever takes more to read."""
    if isinstance(item, str):
        try:
            item = orjson.loads(item)
        except ValueError:
            return None
    return item if is_plain_record(item) else None


def is_plain_record(value: Any) -> bool:
    """Whether a parsed value is a record, not an envelope, a list or a sender's heartbeat."""
    return isinstance(value, dict) and _records_of(value, inner=True) is None and not _is_heartbeat(value)


def _is_heartbeat(value: Record) -> bool:
    """What an emitter sends to show that it lives: `{"type":"heartbeat"}`, perhaps with one thing more."""
    return value.get("type") == "heartbeat" and len(value) <= 2 and "category" not in value


def _records_of(value: Record, *, inner: bool) -> Any:
    """The content of an envelope: its `records`; None for a lone record.

    What names itself a record may have a field of that name, unless it is the whole body and begins with a list.
    """
    if "records" in value or "Records" in value or "RECORDS" in value:
        first = next(iter(value))
        is_whole_body = not inner and first in _LISTS and isinstance(value[first], list)
        if is_whole_body or _NAMES.isdisjoint(value):
            for name in _LISTS:
                if isinstance(value.get(name), list | str | dict):
                    return value[name]
    return None


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", type(None): "null"}
    return names.get(type(value), type(value).__name__)
