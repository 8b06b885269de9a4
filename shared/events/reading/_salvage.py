"""Read what can be read of a body that is no valid JSON.

Azure cuts long activity records, concatenates documents, forgets to escape objects inside strings and writes
bare single-quoted objects; one such record must not cost the others. Called by `body.py` for broken bodies only.
Work is bounded by an `Effort`: where a hostile body has used it up, its rest is given up with a reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from shared.events.lenient_json import bounded_integer, whole_characters
from shared.events.paths import Record
from shared.events.reading._repair import closed_end, cut_record, whole_record

Reading = Callable[[str], tuple[Record, str] | None]

_LONGEST_REPAIR = 128 << 10
_FAR = 4 << 10
_SHED = 32 << 10
# What things cost, in steps of about a quarter of a microsecond.
_CHARACTERS_A_STEP = 32
_CHARACTERS_READ_A_STEP = 10
_CHARACTERS_FOUND_A_STEP = 1024
_STEPS_OF_AN_OVERFLOW = 2_000
_STEPS_OF_A_REPAIR = 40
_STEPS_OF_A_READING = 20
_STEPS_OF_AN_ERROR = 20
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
_MOST_OPEN = 16
"""Envelopes that are opened inside each other; what is nested deeper is one record, and broken."""
_SHORTEST_LONG = 19
_LONG_NUMBER = re.compile(r"\d{19}")
_DECODER = json.JSONDecoder(strict=False)
_BOUNDED_DECODER = json.JSONDecoder(strict=False, parse_int=bounded_integer)


@dataclass(slots=True)
class Effort:
    """What the repair of one body may still cost, in steps of about a quarter of a microsecond.

    reserve: what is kept for reading valid values once nothing is left for repairs, so that one broken record does
    not cost those that follow it.
    """

    left: int = 80_000
    reserve: int = 16_000

    def spend(self, steps: int) -> bool:
        """Whether there is effort left for repairs after so many more steps; then the reserve is what they cost."""
        if self.left > 0:
            self.left -= steps
        else:
            self.reserve -= steps
        return self.left > 0

    def stop(self) -> None:
        """Nothing more is to be read."""
        self.left = self.reserve = 0


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
                self.text, self._line, position = self.text[position:], self._line - position, 0
            separator = _SEPARATOR.match(self.text, position)
            position = separator.end() if separator else position
            if position >= len(self.text):
                return
            if self.envelopes and (end := _END_OF_ENVELOPE.match(self.text, position)):
                self.envelopes -= 1
                position = end.end()
                continue
            begin = position
            piece, position = self._next(begin) if self.effort.left > 0 else self._next_valid(begin)
            if piece is not None:
                yield piece
            if position == begin:
                return

    def _next_valid(self, position: int) -> tuple[Piece, int]:
        """The valid value at `position`, or text up to the next object; else all that is left is given up."""
        if self.effort.reserve <= 0:
            reason = "body is broken in too many places; its rest was not read"
            return self._given_up(position, len(self.text), reason), position
        value, end = self._decode(position)
        if end > position and isinstance(value, dict | list):
            self.effort.spend(_STEPS_OF_A_READING + (end - position) // _CHARACTERS_READ_A_STEP)
            return Piece(self._bytes(position, end), value, "body was not valid JSON"), end
        self.effort.spend(2 * _STEPS_OF_A_REPAIR)
        end = self._next_object(position + 1, _ANY_OBJECT, len(self.text))
        return self._given_up(position, end, "text that is no JSON"), end

    def _next(self, position: int) -> tuple[Piece | None, int]:
        value, end = self._decode(position)
        if end > position:
            if not isinstance(value, dict | list | str):
                return self._given_up(position, end, "text between records"), end
            note = "body was not valid JSON" if self.envelopes else "several documents in one body"
            return Piece(self._bytes(position, end), value, note), end
        envelope = _ENVELOPE.match(self.text, position) if self.envelopes < _MOST_OPEN else None
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
            scanned = (error.pos - position) // _CHARACTERS_A_STEP + error.pos // _CHARACTERS_FOUND_A_STEP
            self.effort.spend(_STEPS_OF_AN_ERROR + scanned)
        except RecursionError:
            self.effort.spend(_STEPS_OF_AN_OVERFLOW)
        except ValueError:  # an integer of thousands of digits
            self.effort.spend(_STEPS_OF_AN_OVERFLOW)
            with suppress(ValueError, RecursionError):
                return _BOUNDED_DECODER.raw_decode(self.text, position)
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
        """The broken record at `position`: up to the next record of its kind, whole by its brackets, or in part."""
        self.effort.spend(_STEPS_OF_A_REPAIR)
        line = min(self._end_of_line(position + 1), position + _LONGEST_REPAIR)
        alike = self._next_alike(position, line)
        closed = self._closed_end(position, line, alike)
        for end in dict.fromkeys((alike, closed)):
            piece = self._read(whole_record, position, end) if end is not None else None
            if piece is not None and end is not None:
                return piece, end
        most = min(alike or line, closed or line)
        ends = (most, self._next_object(position + 1, _ANY_OBJECT, most))
        for end in dict.fromkeys(ends):
            piece = self._read(cut_record, position, end)
            if piece is not None:
                return piece, closed or end
        end = closed or ends[1]
        return self._given_up(position, end, "record is no valid JSON and could not be repaired"), end

    def _closed_end(self, position: int, end: int, alike: int | None) -> int | None:
        """Where the record ends by its brackets.

        Objects in its lists may begin like itself, so that it is looked for some way beyond the next `alike`.
        """
        if alike is not None:
            end = min(end, position + max(_FAR, 4 * (alike - position)))
        closed, looked = closed_end(self.text, position, end, max(self.effort.left, 1))
        self.effort.spend(2 * looked + ((closed or end) - position) // _CHARACTERS_A_STEP)
        return closed

    def _read(self, reading: Reading, start: int, end: int) -> Piece | None:
        """The record between two places, by one way to read it; None where that fails or the effort is used up."""
        if start >= end or self.effort.left <= 0:
            return None
        text = self.text[start:end]
        work = _STEPS_OF_A_READING + len(text) // _CHARACTERS_READ_A_STEP
        if reading is cut_record:
            work += 2 * sum(map(text.count, "{[}],"))
        else:
            work += 2 * text.count("'") + 40 * (text.count(':"{') + text.count(':"['))
        self.effort.spend(work)
        tail = _END_OF_REGION.search(text, max(0, len(text) - 64))
        found = reading(text[: tail.start()] if tail else text)
        return None if found is None else Piece(self._bytes(start, end), *found)

    def _next_alike(self, position: int, end: int) -> int | None:
        """Where the record ends if it goes on to the next one that has the same first key."""
        first = _FIRST_KEY.match(self.text, position)
        if first is None:
            return None
        key, found = first.group(1), first.end()
        while (found := self.text.find(key, found, end)) >= 0:
            if not self.effort.spend(_STEPS_OF_A_CANDIDATE):
                return None
            begin = self.text.rfind("{", max(0, found - 64), found)
            if begin >= 0 and not self.text[begin + 1 : found].strip():
                before = self.text[max(0, begin - 64) : begin].rstrip()[-1:]
                if before not in (":", "[", ""):
                    tail = _END_OF_REGION.search(self.text, max(position, begin - 64), begin)
                    return tail.start() if tail else begin
            found += len(key)
        self.effort.spend((end - position) // _CHARACTERS_FOUND_A_STEP)
        return None

    def _next_object(self, position: int, pattern: re.Pattern[str], end: int) -> int:
        end = min(position + _LONGEST_REPAIR, end)
        match = pattern.search(self.text, position, min(end + 64, len(self.text)))
        found = max(min(match.end(), end) if match else end, position)
        self.effort.spend((found - position) // _CHARACTERS_A_STEP)
        return found

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
