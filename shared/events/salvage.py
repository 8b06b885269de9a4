"""Read what can be read of a body that is no valid JSON.

Azure cuts long activity records, concatenates documents, forgets to escape objects inside strings and writes
bare single-quoted objects; one such record must not cost the others. Called by `body.py` for broken bodies only.
Work is bounded: a hostile body costs a fixed number of attempts, then its rest is given up with a reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from shared.events.lenient import double_quoted

MOST_DOCUMENTS = 10_000
MOST_ATTEMPTS = 24
_DEEPEST = 100
_LONGEST_REPAIR = 128 << 10

_ENVELOPE = re.compile(r'\s*\{\s*"[Rr]ecords"\s*:\s*\[')
_SEPARATOR = re.compile(r"[\s,;\0]*")
_END_OF_ENVELOPE = re.compile(r"\s*\]\s*\}?")
_NEXT_RECORD = re.compile(r'\}[\s,\]}]*(?=\{\s*")')
_TOKEN = re.compile(r'[{}\[\]]|"(?:[^"\\]|\\.)*"', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """A value that could be read, with how (`note`), or a region that could not, with why (`reason`)."""

    content: bytes
    value: Any = None
    note: str | None = None
    reason: str | None = None


def salvage(content: bytes) -> Iterator[Piece]:
    """The pieces of a broken body in order; regions that nothing can be made of carry a reason."""
    text = content.decode("utf-8", errors="replace")
    note = "invalid UTF-8 replaced" if "\ufffd" in text else None
    if note:
        try:
            yield Piece(content, orjson.loads(text), note)
            return
        except ValueError:
            pass
    yield from _Salvage(text).pieces()


class _Salvage:
    def __init__(self, text: str) -> None:
        self.text = text
        self.attempts = 0
        self.in_envelope = False

    def pieces(self) -> Iterator[Piece]:
        position, documents, length = 0, 0, len(self.text)
        while position < length:
            separator = _SEPARATOR.match(self.text, position)
            position = separator.end() if separator else position
            if position >= length:
                return
            if self.in_envelope and (end := _END_OF_ENVELOPE.match(self.text, position)):
                self.in_envelope = False
                position = end.end()
                continue
            if documents >= MOST_DOCUMENTS or self.attempts >= MOST_ATTEMPTS:
                yield self._given_up(position, length, "too many broken or separate parts in one body")
                return
            documents += 1
            piece, position = self._next(position)
            if piece is not None:
                yield piece

    def _next(self, position: int) -> tuple[Piece | None, int]:
        value, end = self._decode(position)
        if end > position:
            if not isinstance(value, dict | list | str):
                return self._given_up(position, end, "text between records"), end
            note = None if self.in_envelope else "several documents in one body"
            return Piece(self._bytes(position, end), value, note or "body was not valid JSON"), end
        self.attempts += 1
        envelope = None if self.in_envelope else _ENVELOPE.match(self.text, position)
        if envelope:
            self.in_envelope = True
            return None, envelope.end()
        if self.text[position] not in "{[":
            end = self._next_record(position)
            return self._given_up(position, end, "text that is no JSON"), end
        return self._repair(position)

    def _decode(self, position: int) -> tuple[Any, int]:
        try:
            value, end = _DECODER.raw_decode(self.text, position)
        except (ValueError, RecursionError):
            return None, position
        return value, end

    def _repair(self, position: int) -> tuple[Piece, int]:
        next_start = self._next_record(position)
        for end in dict.fromkeys((self._extent(position), next_start, len(self.text))):
            if not position < end <= position + _LONGEST_REPAIR:
                continue
            region = self.text[position:end].rstrip(" \t\r\n,;")
            for candidate, note in _repaired(region):
                try:
                    value = orjson.loads(candidate)
                except ValueError:
                    continue
                if isinstance(value, dict) and value:
                    return Piece(self._bytes(position, end), value, note), end
        completed = _completed(self.text[position:next_start]) if next_start == len(self.text) else None
        if completed is not None:
            return Piece(self._bytes(position, next_start), completed, "record was cut; its end is missing"), next_start
        return self._given_up(position, next_start, "record is no valid JSON and could not be repaired"), next_start

    def _extent(self, position: int) -> int:
        """Where the object at `position` ends by its brackets, or `position` where they do not close."""
        depth = 0
        for match in _TOKEN.finditer(self.text, position, position + _LONGEST_REPAIR):
            token = match.group()
            if token in "{[":
                depth += 1
                if depth > _DEEPEST:
                    return position
            elif token in "}]":
                depth -= 1
                if depth == 0:
                    return match.end()
        return position

    def _next_record(self, position: int) -> int:
        match = _NEXT_RECORD.search(self.text, position)
        return match.end() if match else len(self.text)

    def _given_up(self, start: int, end: int, reason: str) -> Piece:
        return Piece(self._bytes(start, end), reason=reason)

    def _bytes(self, start: int, end: int) -> bytes:
        return self.text[start:end].encode("utf-8", errors="replace")


def _repaired(region: str) -> Iterator[tuple[str, str]]:
    """Readings of a broken record, the mildest first."""
    if "'" in region:
        yield double_quoted(region), "single quotes read as double quotes"
    if '"{' in region or '"[' in region:
        opened = re.sub(r'"(?=\{\s*")', "", region)
        yield re.sub(r'(?<=[}\]"])\s*\}"(?=\s*[,}\]])', "}", opened), "unescaped object inside a string"
        yield opened.replace('}"', "}"), "unescaped object inside a string"
    if re.search(r",\s*[}\]]", region):
        yield re.sub(r",(\s*[}\]])", r"\1", region), "trailing comma removed"


def _completed(region: str) -> dict[str, Any] | None:
    """The fields of a record whose end is missing: cut after the last complete one, and closed."""
    if len(region) > _LONGEST_REPAIR:
        return None
    stack: list[str] = []
    cut, closing = 0, ""
    position = 0
    for match in re.finditer(r'[{}\[\],]|"(?:[^"\\]|\\.)*"', region, re.DOTALL):
        token = match.group()
        if '"' in region[position : match.start()]:
            break  # a string that is never closed
        position = match.end()
        if token == ",":
            cut, closing = match.start(), "".join(reversed(stack))
        elif token in "{[":
            stack.append("}" if token == "{" else "]")
            if len(stack) > _DEEPEST:
                return None
        elif token in "}]":
            if not stack:
                return None
            stack.pop()
            cut, closing = match.end(), "".join(reversed(stack))
    if not cut:
        return None
    try:
        value = orjson.loads(region[:cut] + closing)
    except ValueError:
        return None
    return value if isinstance(value, dict) and value else None
