"""The content of a window's row, and what judging the rows of a key can come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

LARGEST_DOCUMENT: Final = 60_000
"""Bytes of a row's document; a property of the store holds 64 KiB."""


class Bucket(msgspec.Struct, frozen=True, gc=False):
    """What one hub partition counted for a key in one step of time.

    count: records that changed it; first, last: their times, seconds since 1970. content: what the kind of the
    window keeps besides. references: where some of the records are found. fields: those in which they agree.
    """

    sequence_number: int
    count: int
    first: float
    last: float
    content: Any = None
    references: tuple[str, ...] = ()
    fields: Mapping[str, str] = {}


Rows = Mapping[int, Sequence[Bucket]]
"""The rows of a key over all hub partitions, by step."""


class Summary(NamedTuple):
    """What stands in a row beside its document, so that keys are told apart without reading it: a number and a text."""

    amount: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A key past its threshold.

    step: in which it crossed (of `Window.episode_step`). label: tells crossings of one step apart, such as a new
    value. seen: what is compared with the threshold. buckets: the rows it is about. evidence, fields: more to show.
    said: one line for the alert. span: first and last time and number of records, where the buckets do not tell.
    """

    step: int
    seen: int
    buckets: tuple[Bucket, ...]
    label: str = ""
    said: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    span: tuple[float, float, int] | None = None
    references: tuple[str, ...] | None = None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(
    tuple[int, float, float, tuple[str, ...], dict[str, str], msgspec.Raw]
).decode


def document(bucket: Bucket) -> bytes:
    """A bucket as the document of its row; fields are left out where it would not fit a property."""
    found = _encode(
        (bucket.count, bucket.first, bucket.last, bucket.references, bucket.fields, bucket.content)
    )
    if len(found) <= LARGEST_DOCUMENT or not bucket.fields:
        return found
    return document(msgspec.structs.replace(bucket, fields={}))


def bucket_of(found: bytes, sequence_number: int, content_type: Any) -> Bucket:
    """The bucket that a row's document holds."""
    count, first, last, references, fields, raw = _decode(found)
    content = None if content_type is None else msgspec.msgpack.decode(raw, type=content_type)
    return Bucket(sequence_number, count, first, last, content, references, fields)
