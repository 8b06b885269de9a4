"""What is made of a few fields of a head, remembered by their raw values.

Windows take the same key and value of record after record: of the same user from the same place. So a `Reader` looks
at the raw values of all fields at once, in C, and makes something of them only where it has not met them before.
What is remembered is bounded for a whole collector (`ReadCache`), so hostile values cost time and never memory.
Used by `counting.py` and `run.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

from shared.events.head import Head, HeadDecoder, NotQuick

MOST_REMEMBERED: Final = 60_000
"""Combinations of raw values that a collector remembers before it starts anew."""

LONGEST_REMEMBERED: Final = 512
"""Characters of a combination; longer ones are made anew each time."""

FieldValues = Mapping[str, Any]
"""Normalised values by the names of their fields; none of them is None."""

Made = TypeVar("Made")
Make = Callable[[FieldValues], Made]
HeadRead = Callable[[Head], Made]


class ReadCache:
    """The room that all readers of a collector share."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._used = 0
        self._shelves: list[dict[Any, Any]] = []

    def shelf(self) -> dict[Any, Any]:
        """A dictionary for one reader, emptied with all the others when there is no room."""
        found: dict[Any, Any] = {}
        self._shelves.append(found)
        return found

    def keep(self, shelf: dict[Any, Any], raw: Any, made: Any) -> None:
        """Remembers what was made of raw values."""
        if self._used >= self._most:
            for one in self._shelves:
                one.clear()
            self._used = 0
        shelf[raw] = made
        self._used += 1


class Reader(Generic[Made]):
    """Makes something of the named fields of a head; raises NotQuick where the head cannot tell one of them."""

    def __init__(
        self, head_decoder: HeadDecoder, names: Sequence[str], make: Make[Made], memory: ReadCache
    ) -> None:
        self._names = tuple(dict.fromkeys(names))
        self._quick = [head_decoder.quick[name] for name in self._names]
        self._make = make
        self._memory = memory
        self._remembered = memory.shelf()
        self._leading = head_decoder.leading(self._names)

    def reader(self) -> HeadRead[Made]:
        """The function to call for every head; it is made for speed."""
        leading, known, unknown, slowly = self._leading, self._remembered.get, self._unknown, self.slowly
        if leading is None:
            return slowly
        raw_of = leading.get

        def read(head: Head) -> Made:
            try:
                raw = raw_of(head)
                made = known(raw)
            except (AttributeError, TypeError):  # an object is missing, or stands where a text is expected
                return slowly(head)
            return made if made is not None else unknown(head, raw)

        return read

    def slowly(self, head: Head) -> Made:
        """The same without remembering."""
        return self._make({name: get(head) for name, get in zip(self._names, self._quick, strict=True)})

    def _unknown(self, head: Head, raw: Any) -> Made:
        leading = self._leading
        if leading is None:
            raise NotQuick
        raws = raw if len(self._names) > 1 else (raw,)
        if None in raws or not all(map(_is_plain, raws)) or _length(raws) > LONGEST_REMEMBERED:
            return self.slowly(head)
        values = [normalise(one) for normalise, one in zip(leading.normalisers, raws, strict=True)]
        if None in values:
            return self.slowly(head)  # what stands at another path decides, too
        made = self._make(dict(zip(self._names, values, strict=True)))
        self._memory.keep(self._remembered, raw, made)
        return made


def _length(raws: Sequence[Any]) -> int:
    return sum([len(one) for one in raws if type(one) is str])


def _is_plain(raw: Any) -> bool:
    """Whether a raw value may stand for itself in a look-up, which takes True for 1 and 1.0."""
    kind = type(raw)
    return kind is str or ((kind is float or kind is int) and raw not in (0, 1))
