"""The forms in which records stand together in a body, and what the whole body may be wrapped in; called by `cases`.

A form says what a broken record must be for the records beside it to be found: closed by its own brackets where they
share one text, anything at all where each is a string of its own.
"""

from __future__ import annotations

import codecs
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from lab.fuzz.damage import is_closed

Write = Callable[[Sequence[bytes]], bytes]
Wrap = Callable[[bytes], bytes]


def anything(_text: bytes) -> bool:
    """Whatever it is."""
    return True


@dataclass(frozen=True, slots=True)
class Form:
    """How records stand together. `keeps`: what one of them must be so that all others are read."""

    name: str
    write: Write
    keeps: Callable[[bytes], bool] = is_closed


def _between(opening: bytes, separator: bytes, closing: bytes) -> Write:
    return lambda records: opening + separator.join(records) + closing


def _text(record: bytes) -> str:
    return record.decode("utf-8", "replace")


def _string(records: Sequence[bytes]) -> bytes:
    return json.dumps({"records": "[" + ",".join(map(_text, records)) + "]"}).encode()


def _lines_in_a_string(records: Sequence[bytes]) -> bytes:
    return json.dumps({"records": "\n".join(map(_text, records))}).encode()


def _strings(records: Sequence[bytes]) -> bytes:
    return json.dumps({"records": list(map(_text, records))}).encode()


def _list_of_strings(records: Sequence[bytes]) -> bytes:
    return json.dumps(list(map(_text, records)), ensure_ascii=False).encode("utf-8", "replace")


FORMS: Final = (
    Form("records", _between(b'{"records":[', b",", b"]}")),
    Form("records, closed by nothing", _between(b'{"records":[', b",", b"")),
    Form("Records", _between(b'{"Records":[', b",", b"]}")),
    Form("RECORDS", _between(b'{"RECORDS": [', b", ", b"]}")),
    Form("records in lines", _between(b'{\r\n  "records" : [\r\n    ', b",\r\n    ", b"\r\n  ]\r\n}\r\n")),
    Form("records after other keys", _between(b'{"type":"batch","count":3,"records":[', b",", b"]}")),
    Form("records before other keys", _between(b'{"records":[', b",", b'],"count":3,"next":null}')),
    Form("list", _between(b"[", b",", b"]")),
    Form("list, spaced", _between(b" [ ", b" , ", b" ] ")),
    Form("lines", _between(b"", b"\n", b"\n")),
    Form("lines of Windows", _between(b"", b"\r\n", b"")),
    Form("in a row", _between(b"", b"", b"")),
    Form("envelopes in a row", _between(b'{"records":[', b']}{"records":[', b"]}")),
    Form("list of envelopes", _between(b'[{"records":[', b']},{"records":[', b"]}]")),
    Form("comma too many", _between(b'{"records":[', b",", b",]}")),
    Form("garbage at the end", _between(b'{"records":[', b",", b"]}garbage }] \0\0")),
    Form("string", _string),
    Form("lines in a string", _lines_in_a_string),
    Form("strings", _strings, anything),
    Form("list of strings", _list_of_strings, anything),
)


_USUAL: Final = (FORMS[0],) * 8 + (FORMS[2], FORMS[2], FORMS[7], FORMS[7])


def form_of(rng: Random) -> Form:
    """Often one of the usual forms, which the fast path reads; else any."""
    return rng.choice(_USUAL if rng.random() < 0.4 else FORMS)


def _utf_16(mark: bytes, encoding: str) -> Wrap:
    return lambda body: mark + body.decode("utf-8", "replace").encode(encoding, "replace")


WRAPS: Final[tuple[tuple[str, Wrap], ...]] = (
    ("gzip", lambda body: gzip.compress(body, 1, mtime=0)),
    (
        "gzip in two members",
        lambda body: gzip.compress(body[:40], 1, mtime=0) + gzip.compress(body[40:], 1, mtime=0),
    ),
    ("mark", lambda body: codecs.BOM_UTF8 + body),
    ("UTF-16, little end first", _utf_16(codecs.BOM_UTF16_LE, "utf-16-le")),
    ("UTF-16, big end first", _utf_16(codecs.BOM_UTF16_BE, "utf-16-be")),
    ("blanks around", lambda body: b"\r\n \t" + body + b"\r\n\0"),
)


def wrapped(rng: Random) -> tuple[str, Wrap]:
    """Mostly nothing; sometimes compression, a byte-order mark, another encoding, blanks."""
    if rng.random() < 0.8:
        return "", lambda body: body
    return rng.choice(WRAPS)
