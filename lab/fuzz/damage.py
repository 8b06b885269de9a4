"""Damage to the bytes of a body or a record, without regard to what they mean; called by `cases`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

Damage = Callable[[Random, bytes, Sequence[bytes]], bytes]
"""From a generator, a text, and texts to splice with, to the damaged text."""

_STRUCTURE: Final = re.compile(rb"[\"'{}\[\],:\\]")
_NUMBER: Final = re.compile(rb"-?\d+(?:\.\d+)?")
_KEY: Final = re.compile(rb'"([^"\\]{1,40})"\s*:')
_TOKENS: Final = (
    *(b'"', b"'", b"{", b"}", b"[", b"]", b",", b":", b"\\", b'\\"', b"\\u", b"\\ud83d", b"\\u0000", b"\\x"),
    *(b"null", b"true", b"NaN", b"-Infinity", b"None", b"1e999", b"-", b".", b"0", b"{}", b"[]", b'""'),
    *(
        b"\n",
        b"\r\n",
        b"\0",
        b"\t",
        b" ",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xe2\x80\xa8",
        b"\xef\xbb\xbf",
    ),
    *(b'"}', b'{"', b'},{"', b"]}", b'{"records":[', b'"records":', b'"category":"AuditLogs",', b'"time":'),
    *(
        b":{'a':'b'}",
        b':"{"a":1}"',
        b"//",
        b"/*",
        b"\x1f\x8b",
        b"\xff\xfe",
        b"<!--",
        b"%s",
        b"${jndi:",
        b"=1+1",
    ),
)
_NUMBERS: Final = (
    *(b"9" * 25, b"-" + b"9" * 400, b"9" * 5000, b"1e400", b"1E-400", b"-0", b"01", b"1.", b".5", b"+1"),
    *(b"18446744073709551616", b"-9223372036854775809", b"1.7976931348623157e309", b"0x10", b"1_000"),
)


def flip(rng: Random, text: bytes, _others: Sequence[bytes]) -> bytes:
    """A few bytes become others."""
    changed = bytearray(text)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(rng: Random, text: bytes, _others: Sequence[bytes]) -> bytes:
    """The end is missing, or the beginning."""
    place = rng.randint(0, len(text))
    return text[:place] if rng.random() < 0.75 else text[place:]


def remove(rng: Random, text: bytes, _others: Sequence[bytes]) -> bytes:
    """A part in the middle is missing."""
    begin = rng.randint(0, len(text))
    return text[:begin] + text[begin + rng.choice((1, 1, 2, 8, 40, 200)) :]


def duplicate(rng: Random, text: bytes, _others: Sequence[bytes]) -> bytes:
    """A part stands there twice, or many times."""
    begin = rng.randint(0, len(text))
    part = text[begin : begin + rng.choice((1, 4, 20, 100, 400))]
    return text[:begin] + part * rng.choice((2, 2, 3, 20)) + text[begin + len(part) :]


def splice(rng: Random, text: bytes, others: Sequence[bytes]) -> bytes:
    """The beginning of one and the end of another."""
    other = rng.choice(others)
    return text[: rng.randint(0, len(text))] + other[rng.randint(0, len(other)) :]


def insert_other(rng: Random, text: bytes, others: Sequence[bytes]) -> bytes:
    """A part of another stands in the middle."""
    other = rng.choice(others)
    begin, place = rng.randint(0, len(other)), rng.randint(0, len(text))
    return text[:place] + other[begin : begin + rng.choice((5, 50, 500))] + text[place:]


def insert_token(rng: Random, text: bytes, _others: Sequence[bytes]) -> bytes:
    """Something that means something in JSON, or near it, where it does not belong."""
    place = rng.randint(0, len(text))
    return text[:place] + rng.choice(_TOKENS) + text[place:]


def change_structure(rng: Random, text: bytes, _others: Sequence[bytes]) -> bytes:
    """A quote, bracket, comma, colon or escape is missing, doubled or another."""
    found = list(_STRUCTURE.finditer(text))
    if not found:
        return text
    match = rng.choice(found)
    new = rng.choice((b"", b"", match.group() * 2, rng.choice(_TOKENS), b"\\" + match.group()))
    return text[: match.start()] + new + text[match.end() :]


def change_quotes(rng: Random, text: bytes, _others: Sequence[bytes]) -> bytes:
    """Single quotes for double ones, in a part or in all of it."""
    begin = rng.choice((0, rng.randint(0, len(text))))
    end = rng.choice((len(text), rng.randint(begin, len(text))))
    return text[:begin] + text[begin:end].replace(b'"', b"'") + text[end:]


def change_escapes(rng: Random, text: bytes, _others: Sequence[bytes]) -> bytes:
    """Escapes are forgotten, or doubled, from some place on."""
    begin = rng.randint(0, len(text))
    rest = text[begin:]
    changed = rest.replace(b"\\", b"") if rng.random() < 0.5 else rest.replace(b"\\", b"\\\\")
    return text[:begin] + changed


def change_number(rng: Random, text: bytes, _others: Sequence[bytes]) -> bytes:
    """A number becomes one that no type holds, or none at all."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    match = rng.choice(found)
    return text[: match.start()] + rng.choice(_NUMBERS) + text[match.end() :]


def repeat_key(rng: Random, text: bytes, _others: Sequence[bytes]) -> bytes:
    """A key stands there twice, with different values."""
    found = list(_KEY.finditer(text))
    if not found:
        return text
    match = rng.choice(found)
    value = rng.choice((b"null", b"5", b'"x"', b"{}", b"[1]", b'"AuditLogs"', b'"AuditEvent"'))
    return text[: match.start()] + match.group() + value + b"," + text[match.start() :]


DAMAGES: Final[tuple[Damage, ...]] = (
    flip,
    cut,
    remove,
    duplicate,
    splice,
    insert_other,
    insert_token,
    change_structure,
    change_structure,
    change_quotes,
    change_escapes,
    change_number,
    repeat_key,
)


def damaged(rng: Random, text: bytes, others: Sequence[bytes]) -> bytes:
    """`text` after one to four damages."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        text = rng.choice(DAMAGES)(rng, text, others)
    return text


def noise(rng: Random) -> bytes:
    """A text of tokens, without any plan."""
    return b"".join(rng.choices(_TOKENS, k=rng.choice((3, 10, 30, 200))))


_WHOLE: Final = re.compile(rb'[{}\[\]]|"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_CLOSING: Final = {b"{": b"}", b"[": b"]"}
_LONGEST_REGION: Final = 128 << 10


def is_closed(text: bytes) -> bool:
    """Whether `text` is an object that its brackets close, each one of its kind, from the first byte to the last.

    Brackets inside strings in double quotes do not count; no string ends in an opening brace (as what stands between
    two records does, after a quote too many). This is what a broken record in an envelope must be for its
    neighbours to be found by the envelope alone; it need not be JSON in any other way.
    """
    if text[:1] != b"{" or len(text) > _LONGEST_REGION:
        return False
    open_brackets: list[bytes] = []
    for match in _WHOLE.finditer(text):
        token = match.group()
        if token.endswith(b'{"'):
            return False
        if token in _CLOSING:
            open_brackets.append(_CLOSING[token])
        elif token in (b"}", b"]"):
            if open_brackets.pop() != token:
                return False
            if not open_brackets:
                return match.end() == len(text)
    return False
