"""Hub messages to records, as cheaply as what is asked of them allows.

The fast path: the first category in a body tells which source's decoder to try; one pass in C gives the heads of
all records, and each head is checked to be what was guessed. Whatever does not fit takes the slow path
(`body.read_body`), record by record, so that the guess is never more than an optimisation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
import orjson

from shared.events.head import Head, HeadDecoder
from shared.events.lenient_json import loads_lenient, whole_characters
from shared.events.paths import Record
from shared.events.reading._message_content import Decoded, Group, SlowRecord
from shared.events.reading.body import (
    MOST_PARTS,
    BodyReader,
    Found,
    Item,
    Problem,
    is_plain_record,
    read_body,
    read_value,
)
from shared.events.registry import Registry
from shared.events.source_definition import Source

__all__ = ["Decoded", "Decoder", "Group", "SlowRecord"]

_LAYOUT = re.compile(rb'\s*(?:(\{)\s*(?:"([Rr])ecords"\s*:\s*\[)?|\[)')
_HINT_WITHIN = 4096
_CATEGORY, _EVENT_SOURCE, _SCHEMA = _HINTS = (b'"category":', b'"eventSource":', b'"schema":')
_NAMED_CATEGORY = re.compile(rb'"category":\s*"([^"\\]{1,80})"').search
_HINT_VALUE = re.compile(rb'\s*"([^"\\]{1,80})"')

_raws = msgspec.json.Decoder(list[msgspec.Raw]).decode
_REFUSED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What the C decoders raise for a body that is not as declared."""


class _Envelope(msgspec.Struct, gc=False):
    records: list[msgspec.Raw]


class _Capital(msgspec.Struct, gc=False):
    Records: list[msgspec.Raw]


class _Name(msgspec.Struct, gc=False):
    """What tells the source of a record, and whether its keys are spelled as they should be."""

    category: Any = None
    eventSource: Any = None  # noqa: N815  # CloudTrail's own spelling
    schema: Any = None
    resourceid: Any = None
    operationname: Any = None


_tell_apart = msgspec.json.Decoder(_Name).decode
_split_records = msgspec.json.Decoder(_Envelope).decode
_split_capital = msgspec.json.Decoder(_Capital).decode


@lru_cache(maxsize=1_024)
def _head_decoder(source: Source, asked: tuple[str, ...]) -> HeadDecoder:
    """The decoder of a source's heads, which has no state; a process with many collectors makes each once."""
    return HeadDecoder(source, asked)


class Decoder:
    """Decodes bodies for the raw paths that are `asked` of each source (source id -> paths)."""

    def __init__(self, registry: Registry, asked: Mapping[str, Collection[str]]) -> None:
        self.registry = registry
        self.head_decoders = {
            source.id: _head_decoder(source, tuple(asked.get(source.id, ()))) for source in registry
        }
        self._by_hint: dict[bytes, HeadDecoder] = {}
        for source in registry:
            for category in source.categories if source.expand is None else ():
                self._by_hint[category.encode()] = self.head_decoders[source.id]
        self._cloudtrail = self.head_decoders.get("aws.cloudtrail")
        self._application = self.head_decoders.get("app")

    def decode(self, body: bytes) -> Decoded:
        """The content of one message. Never raises, whatever the bytes."""
        decoder = self._guess(body)
        if decoder is not None:
            try:
                decoded = self._fast(body, decoder)
            except _REFUSED:
                decoded = None
            if decoded is not None:
                return decoded
        return self.decode_slow_path(body)

    def _guess(self, body: bytes) -> HeadDecoder | None:
        for hint in _HINTS:
            found = body.find(hint, 0, _HINT_WITHIN)
            value = _HINT_VALUE.match(body, found + len(hint)) if found >= 0 else None
            if value is not None:
                decoder = self._hinted(hint, value[1])
                if decoder is not None or hint is _CATEGORY:
                    return decoder
        return None

    def _hinted(self, hint: bytes, value: bytes) -> HeadDecoder | None:
        """The source that a hint and the value after it tell."""
        if hint is _CATEGORY:
            return self._by_hint.get(value)
        if hint is _EVENT_SOURCE:
            return self._cloudtrail
        return self._application if value.startswith(b"telltale.app/") else None

    def source_hint(self, content: bytes) -> str:
        """The id of the source that bytes seem to be of, readable or not; '' where nothing tells."""
        decoder = self._guess(content)
        return decoder.source.id if decoder is not None else ""

    def _fast(self, body: bytes, decoder: HeadDecoder) -> Decoded | None:
        layout = _LAYOUT.match(body)
        if layout is None:
            return None
        if layout[1] is not None and layout[2] is None:
            head = decoder.decode_record(body)
            if not decoder.accepts((head,)):
                return None
            return Decoded([Group(decoder, [head], range(1), lambda _: _loads(body))])
        split, decode = self._envelope(layout[2], decoder)
        depth = 1 if layout[2] is None else 2
        if self._goes_on_otherwise(body, decoder):
            return self._mixed(split(body), depth)
        try:
            heads = decode(body)
        except _REFUSED:
            heads = []
        if heads and decoder.accepts(heads):
            return Decoded([Group(decoder, heads, range(len(heads)), _Lazy(lambda: split(body)))])
        return self._mixed(split(body), depth)

    def _goes_on_otherwise(self, body: bytes, decoder: HeadDecoder) -> bool:
        """Whether the last record seems to be of another source: one decoder would fail then.

        What named the first record is looked for first, because it mostly names the last one, too.
        """
        own = (
            _CATEGORY
            if decoder.source.categories
            else _EVENT_SOURCE
            if decoder is self._cloudtrail
            else _SCHEMA
        )
        last, hint = body.rfind(own, max(0, len(body) - _HINT_WITHIN)), own
        for other in _HINTS:
            later = body.rfind(other, max(0, last, len(body) - _HINT_WITHIN)) if other is not own else -1
            if later > last:
                last, hint = later, other
        value = _HINT_VALUE.match(body, last + len(hint)) if last >= 0 else None
        return value is not None and self._hinted(hint, value[1]) not in (None, decoder)

    def _envelope(
        self, letter: bytes | None, decoder: HeadDecoder
    ) -> tuple[Callable[[bytes], list[msgspec.Raw]], Callable[[bytes], list[Head]]]:
        """How an envelope is split into raw records, and decoded to heads; `letter` begins the name of its list."""
        if letter is None:
            return _raws, decoder.decode_list
        if letter == b"r":
            return (
                lambda body: _split_records(body).records,
                lambda body: decoder.decode_records(body).records,
            )
        return lambda body: _split_capital(body).Records, lambda body: decoder.decode_capital(body).Records

    def _mixed(self, raws: list[msgspec.Raw], depth: int) -> Decoded:
        """An envelope whose records are of several sources: told apart by a look at each, then decoded by source."""
        decoded = Decoded(depth=depth)
        load = _Lazy(lambda: raws)
        if len(raws) > MOST_PARTS:
            decoded.unread.append(b"\n".join(raws[MOST_PARTS:]))
            raws = raws[:MOST_PARTS]
        places: dict[str, list[int]] = {}
        for index, raw in enumerate(raws):
            decoder = self._tell_quickly(raw)
            if decoder is None:
                if decoded.full():
                    decoded.unread += map(bytes, raws[index:])
                    break
                self._read_one(bytes(raw), decoded, index)
            else:
                places.setdefault(decoder.source.id, []).append(index)
        for source, indexes in places.items():
            decoder = self.head_decoders[source]
            try:
                heads = list(map(decoder.decode_record, [raws[index] for index in indexes]))
            except _REFUSED:
                heads = []
            if heads and decoder.accepts(heads):
                decoded.groups.append(Group(decoder, heads, indexes, load))
            elif heads:
                self._some(raws, indexes, Group(decoder, heads, indexes, load), decoded)
            else:
                for index in indexes:
                    self._one(raws[index], index, decoder, decoded, load)
        return decoded.close()

    def _tell_quickly(self, raw: msgspec.Raw) -> HeadDecoder | None:
        """As `_tell`, by the first text that looks like what names a record; whoever uses it checks the heads."""
        found = _NAMED_CATEGORY(raw)
        decoder = self._by_hint.get(found[1]) if found is not None else None
        return self._tell(raw) if decoder is None else decoder

    def _tell(self, raw: msgspec.Raw) -> HeadDecoder | None:
        """The source that a record of a mixed envelope seems to be of."""
        try:
            name = _tell_apart(raw)
        except _REFUSED:
            return None
        if name.resourceid is not None or name.operationname is not None:
            return None  # all keys in lower case
        if isinstance(name.category, str):
            return self._by_hint.get(name.category.encode("utf-8", "surrogatepass"))
        if isinstance(name.eventSource, str):
            return self._cloudtrail
        return self._application if isinstance(name.schema, str) else None

    def _some(self, raws: list[msgspec.Raw], indexes: list[int], group: Group, decoded: Decoded) -> None:
        """A group in which not every record is what it seemed: the others are read on the slow path."""
        heads: list[Head] = []
        places: list[int] = []
        for index, head in zip(indexes, group.heads, strict=True):
            if decoded.full():
                decoded.unread.append(bytes(raws[index]))
            elif group.head_decoder.accepts((head,)):
                heads.append(head)
                places.append(index)
            else:
                self._read_one(bytes(raws[index]), decoded, index)
        if heads:
            decoded.groups.append(Group(group.head_decoder, heads, places, group.load))

    def _one(
        self,
        raw: msgspec.Raw,
        index: int,
        decoder: HeadDecoder,
        decoded: Decoded,
        load: Callable[[int], Record],
    ) -> None:
        """A record of a group that did not decode together: the others must not suffer for it."""
        try:
            head = decoder.decode_record(bytes(raw))
        except _REFUSED:
            head = None
        if head is not None and decoder.accepts((head,)):
            decoded.groups.append(Group(decoder, [head], [index], load))
        else:
            self._read_one(bytes(raw), decoded, index)

    def decode_slow_path(self, body: bytes) -> Decoded:
        """The content of one message by the slow path alone; the reference for the fast one."""
        decoded = Decoded()
        self._read(body, decoded, 0)
        return decoded.close()

    def _read(self, content: bytes, decoded: Decoded, first_index: int) -> None:
        reader = BodyReader(MOST_PARTS)
        self._take(read_body(content, reader), reader, decoded, first_index)

    def _take(self, items: Iterator[Item], reader: BodyReader, decoded: Decoded, first_index: int) -> None:
        for index, item in enumerate(items, first_index):
            if isinstance(item, Problem):
                decoded.problems.append(item)
                decoded.effort += 2
            elif not decoded.take(item, index, self.registry.claim(item.record)):
                reader.left -= 1

    def _read_one(self, content: bytes, decoded: Decoded, index: int) -> None:
        """Reads the bytes of one record of an envelope, whose brackets are known to close."""
        try:
            value = orjson.loads(content)
        except ValueError:
            value = None
        if is_plain_record(value):
            decoded.take(Found(value), index, self.registry.claim(value))
        elif value is not None:
            reader = BodyReader(MOST_PARTS)
            self._take(read_value(value, content, decoded.depth, reader), reader, decoded, index)
        else:
            self._read(content, decoded, index)


class _Lazy:
    """The whole records of an envelope, split at the first access and loaded one by one."""

    __slots__ = ("_raws", "_split")

    def __init__(self, split: Callable[[], list[msgspec.Raw]]) -> None:
        self._split = split
        self._raws: list[msgspec.Raw] | None = None

    def __call__(self, index: int) -> Record:
        if self._raws is None:
            self._raws = self._split()
        return _loads(bytes(self._raws[index]))


def _loads(content: bytes) -> Record:
    try:
        value: Any = orjson.loads(content)
    except ValueError:  # what msgspec skips unread may still be invalid, such as a lone surrogate
        value = loads_lenient(whole_characters(content.decode("utf-8", errors="replace")))
    return value if isinstance(value, dict) else {}
