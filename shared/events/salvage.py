"""Read what can be read of a body that is no valid JSON.

Azure cuts long activity records, concatenates documents, forgets to escape objects inside strings and writes
bare single-quoted objects; one such record must not cost the others. Called by `body.py` for broken bodies only.
Work is bounded by an `Effort`: where a hostile body has used it up, its rest is given up with a reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from shared.events.brackets import closed_at
from shared.events.lenient import bounded_integer, completed, double_quoted, whole_characters

_LONGEST_REPAIR = _SPAN = 128 << 10
_CHARACTERS_A_STEP = 16
_SHED = 64 << 10
_STEPS_OF_AN_OVERFLOW = 2_000
_STEPS_OF_A_REPAIR = 60
_STEPS_OF_A_CANDIDATE = 4

_PLAIN_KEY = r'"[^"\\]{0,64}+"\s*+:\s*+(?:"[^"\\]{0,256}+"|[\w.+-]{1,32}+)\s*+'
_ENVELOPE = re.compile(
    rf'\{{\s*+(?:{_PLAIN_KEY},\s*+){{0,8}}+"(?:[Rr]ecords|RECORDS)"\s*+:\s*+\[|\[(?=\s*+["\[{{])'
)
_SEPARATOR = re.compile(r"[\s,;\0]*+")
_END_OF_ENVELOPE = re.compile(rf"\](?:\s*+(?:,\s*+{_PLAIN_KEY}){{0,8}}+\}})?")
_END_OF_REGION = re.compile(r"[\s,;\0]*+\Z|\s*\]\s*\}?[\s,;\0]*+\Z")
_FIRST_KEY = re.compile(r"""\{\s*+(["'][^"'\\]{1,64}["'])""")
_ANY_OBJECT = re.compile(r"""[}\]]\s*+,?\s*+(?=\{\s*+["'])""")
_AN_OBJECT = re.compile(r"""(?=\{\s*+["'])""")
_LINE = re.compile(r"""\n(?=\{["'])""")
_UNESCAPED = re.compile(r'(?<=:)\s{0,8}"(?=[{\[]{1,4}\s{0,8}")')
_TRAILING_COMMA = re.compile(r",(?=\s{0,64}[}\]])")
_SHORTEST_LONG = 19
_LONG_NUMBER = re.compile(r"\d{19}")
_DECODER = json.JSONDecoder(strict=False)
_BOUNDED_DECODER = json.JSONDecoder(strict=False, parse_int=bounded_integer)


@dataclass(slots=True)
class Effort:
    """What the repair of one body may still cost, in steps: a token looked at, or 16 characters scanned."""

    left: int = 120_000

    def spend(self, steps: int) -> bool:
        """Whether there is effort left after so many more steps."""
        self.left -= steps
        return self.left > 0


class Piece(NamedTuple):
    """A value that could be read, with how (`note`), or a region that could not, with why (`reason`)."""

    content: bytes
    value: Any = None
    note: str | None = None
    reason: str | None = None


def salvage(content: bytes, effort: Effort | None = None) -> Iterator[Piece]:
    """The pieces of a broken body in order; regions that nothing can be made of carry a reason."""
    text = content.decode("utf-8", errors="replace")
    note = "invalid UTF-8 replaced" if "\ufffd" in text else None
    if "\\ud" in text or "\\uD" in text:
        text, note = whole_characters(text), note or "halves of surrogate pairs replaced"
    if note:
        try:
            yield Piece(content, orjson.loads(text), note)
        except ValueError:
            pass
        else:
            return
    yield from _Salvage(text, effort or Effort()).pieces()


class _Salvage:
    def __init__(self, text: str, effort: Effort) -> None:
        self.text = text
        self.effort = effort
        self.envelopes = 0  # how many are open at this place
        self._line = 0

    def pieces(self) -> Iterator[Piece]:
        found = False
        for piece in self._pieces():
            found = True
            yield piece
        if not found:
            yield Piece(self._bytes(0, len(self.text)), reason="body was cut before its first record")

    def _pieces(self) -> Iterator[Piece]:
        position = 0
        while position < len(self.text):
            if position > _SHED:  # the decoder counts the lines before an error
                self.text, position, self._line = self.text[position:], 0, 0
            separator = _SEPARATOR.match(self.text, position)
            position = separator.end() if separator else position
            if position >= len(self.text):
                return
            if self.envelopes and (end := _END_OF_ENVELOPE.match(self.text, position)):
                self.envelopes -= 1
                position = end.end()
                continue
            if self.effort.left <= 0:
                reason = "body is broken in too many places; its rest was not read"
                yield self._given_up(position, len(self.text), reason)
                return
            piece, position = self._next(position)
            if piece is not None:
                yield piece

    def _next(self, position: int) -> tuple[Piece | None, int]:
        value, end = self._decode(position)
        if end > position:
            if not isinstance(value, dict | list | str):
                return self._given_up(position, end, "text between records"), end
            note = "body was not valid JSON" if self.envelopes else "several documents in one body"
            return Piece(self._bytes(position, end), value, note), end
        envelope = _ENVELOPE.match(self.text, position)
        if envelope:
            self.envelopes += 1
            return None, envelope.end()
        if self.text[position] not in "{[":
            end = self._next_object(position, _AN_OBJECT, len(self.text))
            return self._given_up(position, end, "text that is no JSON"), end
        return self._repair(position)

    def _decode(self, position: int) -> tuple[Any, int]:
        try:
            value, end = _DECODER.raw_decode(self.text, position)
            return self._bounded(value, position, end), end
        except json.JSONDecodeError as error:
            self.effort.spend(1 + (error.pos - position) // _CHARACTERS_A_STEP)
        except RecursionError:
            self.effort.spend(_STEPS_OF_AN_OVERFLOW)
        except ValueError:  # a number of thousands of digits
            self.effort.spend(_STEPS_OF_AN_OVERFLOW)
        return None, position

    def _bounded(self, value: Any, position: int, end: int) -> Any:
        """What was read, with integers of more than 64 bits as the floats that every other reader takes them for."""
        if end - position < _SHORTEST_LONG:
            return value
        text = self.text[position:end]
        try:
            return orjson.loads(text)
        except ValueError:
            return _BOUNDED_DECODER.decode(text) if _LONG_NUMBER.search(text) else value

    def _repair(self, position: int) -> tuple[Piece, int]:
        """The broken record at `position`: whole by its brackets, up to the next record of its kind, or in part."""
        self.effort.spend(_STEPS_OF_A_REPAIR)
        line = self._end_of_line(position + 1)
        extent = self._extent(position, line)
        piece = self._repaired(position, extent)
        if piece is not None:
            return piece, extent
        next_start = self._next_alike(position, line)
        piece = self._repaired(position, next_start) if next_start != extent else None
        if piece is not None:
            return piece, next_start
        ends = [next_start, self._next_object(position + 1, _ANY_OBJECT, line)]
        if extent > position:
            ends = [min(end, extent) for end in ends]
        for end in dict.fromkeys(ends):
            piece = self._cut(position, end)
            if piece is not None:
                return piece, end
        return (
            self._given_up(position, ends[-1], "record is no valid JSON and could not be repaired"),
            ends[-1],
        )

    def _repaired(self, start: int, end: int) -> Piece | None:
        region = self._region(start, end)
        if region is None:
            return None
        for candidate, note in _readings(region):
            try:
                value = orjson.loads(candidate)
            except ValueError:
                continue
            if isinstance(value, dict) and value:
                return Piece(self._bytes(start, end), value, note)
        return None

    def _cut(self, start: int, end: int) -> Piece | None:
        region = self._region(start, end)
        if region is None:
            return None
        unescaped = _UNESCAPED.search(region)
        value = completed(region) or (completed(region[: unescaped.start()]) if unescaped else None)
        if value is None:
            return None
        return Piece(self._bytes(start, end), value, "record was cut; its end is missing")

    def _region(self, start: int, end: int) -> str | None:
        """The text of a record without what follows it; None where it is too long or the effort is used up."""
        if not start < end <= start + _LONGEST_REPAIR or self.effort.left <= 0:
            return None
        region = self.text[start:end]
        self.effort.spend(len(region) // _CHARACTERS_A_STEP + sum(map(region.count, "\"'{[,")))
        tail = _END_OF_REGION.search(region, max(0, len(region) - 64))
        return region[: tail.start()] if tail else region

    def _extent(self, position: int, end: int) -> int:
        """Where the object at `position` ends by its brackets, or `position` where they do not close before `end`."""
        extent, looked = closed_at(
            self.text, position, min(end, position + _LONGEST_REPAIR), max(self.effort.left, 1)
        )
        seen = extent if extent > position else min(end, position + _LONGEST_REPAIR)
        self.effort.spend(looked + (seen - position) // _CHARACTERS_A_STEP)
        return extent

    def _next_alike(self, position: int, end: int) -> int:
        """Where the next record begins that has the same first key; the end of what is looked at where none does."""
        first = _FIRST_KEY.match(self.text, position)
        if first is None:
            return self._next_object(position + 1, _ANY_OBJECT, end)
        end = min(position + _SPAN, end)
        key, found = first.group(1), first.end()
        while (found := self.text.find(key, found, end)) >= 0:
            if not self.effort.spend(_STEPS_OF_A_CANDIDATE):
                return end
            before = self.text[max(0, found - 64) : found].rstrip()
            if before[-1:] == "{" and before[:-1].rstrip()[-1:] not in (":", "[", ""):
                return found - (len(self.text[max(0, found - 64) : found]) - len(before)) - 1
            found += len(key)
        self.effort.spend((end - position) // _CHARACTERS_A_STEP)
        return end

    def _next_object(self, position: int, pattern: re.Pattern[str], end: int) -> int:
        end = min(position + _SPAN, end)
        match = pattern.search(self.text, position, min(end + 64, len(self.text)))
        found = min(match.end(), end) if match else end
        self.effort.spend((found - position) // _CHARACTERS_A_STEP)
        return max(found, position)

    def _end_of_line(self, position: int) -> int:
        """Where a line begins with an object, after `position`: no record goes beyond that place."""
        if self._line <= position:
            match = _LINE.search(self.text, position)
            self._line = match.start() if match else len(self.text)
        return self._line

    def _given_up(self, start: int, end: int, reason: str) -> Piece:
        return Piece(self._bytes(start, end), reason=reason)

    def _bytes(self, start: int, end: int) -> bytes:
        return self.text[start:end].encode("utf-8", errors="replace")


def _readings(region: str) -> Iterator[tuple[str, str]]:
    """Readings of a broken record, the mildest first."""
    yield region, "text after a record"
    if _TRAILING_COMMA.search(region):
        yield _TRAILING_COMMA.sub("", region), "trailing comma removed"
    if _UNESCAPED.search(region):
        yield _escaped(region), "unescaped object inside a string"
    if "'" in region:
        yield double_quoted(region), "single quotes read as double quotes"


def _escaped(region: str) -> str:
    r"""`"body":"{"a":1}"` as `"body":"{\"a\":1}"`: the object in the string is found by reading it."""
    out: list[str] = []
    done = 0
    for match in _UNESCAPED.finditer(region):
        if match.start() < done:
            continue
        try:
            _, end = _DECODER.raw_decode(region, match.end())
        except (ValueError, RecursionError):
            break
        if region[end : end + 1] == '"':
            out += (region[done : match.start()], json.dumps(region[match.end() : end]))
            done = end + 1
    return "".join(out) + region[done:]
