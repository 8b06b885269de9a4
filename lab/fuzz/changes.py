"""Changes to a record as JSON: keys dropped, renamed, nested, repeated, values of other types or beyond every bound.

What no writer would write (keys twice, halves of surrogate pairs, numbers of thousands of digits) is put in as text
after the rest is written. Called by `cases`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

import orjson

from lab.fuzz.odd_values import KEYS, RAW_VALUES, TEXTS
from lab.fuzz.quirks import ADDRESSES, TIMES


class Draft:
    """A record on its way to be written: its value, and the texts that will stand in for marks in it."""

    def __init__(self, record: bytes) -> None:
        self.value: Any = orjson.loads(record)
        self._texts: list[tuple[bytes, bytes]] = []

    def mark(self, text: bytes) -> str:
        """A value in whose place `text` will be written as it stands."""
        name = f"@@{len(self._texts)}@@"
        self._texts.append((b'"' + name.encode() + b'"', text))
        return name

    def written(self) -> bytes:
        """The record as text, which may be no JSON."""
        text = _dumps(self.value)
        for mark, stands in self._texts:
            text = text.replace(mark, stands)
        return text


def _dumps(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # what a number or a text was parsed to cannot be written by the fast writer
        return json.dumps(value).encode()


Place = tuple[Any, Any]
"""A list or an object, and an index or a key in it."""


def _places(value: Any, most: int = 400) -> list[Place]:
    """Everywhere that a value stands."""
    found: list[Place] = []
    waiting = [value]
    while waiting and len(found) < most:
        holder = waiting.pop()
        items: Iterator[tuple[Any, Any]] = iter(
            holder.items() if isinstance(holder, dict) else enumerate(holder)
        )
        for key, inner in items:
            found.append((holder, key))
            if isinstance(inner, dict | list):
                waiting.append(inner)
    return found


Change = Callable[[Random, Draft, Place], None]


def _drop(_rng: Random, _draft: Draft, place: Place) -> None:
    holder, key = place
    del holder[key]


def _null(_rng: Random, _draft: Draft, place: Place) -> None:
    place[0][place[1]] = None


def _rename(rng: Random, draft: Draft, place: Place) -> None:
    holder, key = place
    if not isinstance(holder, dict):
        return
    value = holder.pop(key)
    cased = (key.lower(), key.upper(), key[:1].swapcase() + key[1:], key + " ", "ſ" + key[1:])
    holder[rng.choice((*cased, rng.choice(KEYS), draft.mark(b'"\\ud83d"')))] = value


def _both_cases(rng: Random, _draft: Draft, place: Place) -> None:
    holder, key = place
    if isinstance(holder, dict):
        holder[rng.choice((key.lower(), key.upper(), key.capitalize()))] = rng.choice(TEXTS)


def _twice(rng: Random, draft: Draft, place: Place) -> None:
    holder, key = place
    if isinstance(holder, dict):
        holder[draft.mark(orjson.dumps(key))] = rng.choice((None, 5, {}, [], rng.choice(TEXTS)))


def _another_type(rng: Random, _draft: Draft, place: Place) -> None:
    holder, key = place
    value = holder[key]
    others: list[Any] = [
        {"value": value, "localizedValue": value},
        [value],
        [value, value],
        {"name": "x", "value": value},
        json.dumps(value),
        str(value),
        json.dumps(json.dumps(value)),
        rng.choice((0, 1, -1, 5, 1.5, 2**53, 2**63, True, False, None, [], {}, [[]], [None], {"": ""})),
    ]
    if isinstance(value, dict):
        others += [list(value.values()), list(value.items()), json.dumps(value)[: rng.randint(0, 80)]]
    holder[key] = rng.choice(others)


def _text(rng: Random, _draft: Draft, place: Place) -> None:
    place[0][place[1]] = rng.choice(TEXTS)


def _time_or_address(rng: Random, _draft: Draft, place: Place) -> None:
    place[0][place[1]] = rng.choice((rng.choice(TIMES), rng.choice(ADDRESSES)))


def _raw(rng: Random, draft: Draft, place: Place) -> None:
    place[0][place[1]] = draft.mark(rng.choice(RAW_VALUES))


def _deep(rng: Random, draft: Draft, place: Place) -> None:
    levels = rng.choice((3, 20, 90, 120, 260, 600, 1100, 3000))
    opening, closing = rng.choice(
        ((b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]"), (b'{"records":[', b"]}"))
    )
    place[0][place[1]] = draft.mark(opening * levels + b"1" + closing * levels)


def _wide(rng: Random, draft: Draft, place: Place) -> None:
    item = rng.choice((b"1", b"{}", b'""', b"null", b'{"a":"b"}'))
    place[0][place[1]] = draft.mark(b"[" + b",".join([item] * rng.choice((10, 100, 1000))) + b"]")


def _unescaped(rng: Random, draft: Draft, place: Place) -> None:
    inner = rng.choice(('{"Id":"x"}', '{"a":[1,{"b":"c"}]}', '[{"x":1}]', '{"Id":', "{'a':'b'}"))
    place[0][place[1]] = draft.mark(f'"{inner}"'.encode())


def _inside_text(rng: Random, _draft: Draft, place: Place) -> None:
    """A change inside JSON that stands in a string."""
    holder, key = place
    value = holder[key]
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return
    try:
        inner = Draft(value.encode())
    except ValueError:
        return
    if places := _places(inner.value):
        rng.choice(CHANGES)(rng, inner, rng.choice(places))
    holder[key] = inner.written().decode("utf-8", "replace")


def _lower_all(_rng: Random, draft: Draft, _place: Place) -> None:
    if isinstance(draft.value, dict):
        draft.value = {key.lower(): value for key, value in draft.value.items()}


def _shuffle(rng: Random, draft: Draft, _place: Place) -> None:
    if isinstance(draft.value, dict):
        items = list(draft.value.items())
        rng.shuffle(items)
        draft.value = dict(items)


def _add_key(rng: Random, draft: Draft, place: Place) -> None:
    holder = rng.choice((place[0], draft.value))
    if isinstance(holder, dict):
        holder[rng.choice(KEYS)] = rng.choice((rng.choice(TEXTS), {}, [], None, 5, draft.mark(b'"\\ud83d"')))


CHANGES: Final[tuple[Change, ...]] = (
    *(
        _drop,
        _null,
        _rename,
        _both_cases,
        _twice,
        _another_type,
        _another_type,
        _text,
        _text,
        _time_or_address,
    ),
    *(_raw, _raw, _deep, _wide, _unescaped, _inside_text, _inside_text, _lower_all, _shuffle, _add_key),
)


def changed(rng: Random, record: bytes) -> bytes:
    """`record`, valid JSON, after one to six changes; mostly valid JSON again."""
    draft = Draft(record)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        places = _places(draft.value)
        if not places:
            break
        rng.choice(CHANGES)(rng, draft, rng.choice(places))
    return draft.written()
