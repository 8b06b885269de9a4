"""What one record contributes to a window, before it is written: its key, its value, and how to look at it again.

Made while a batch is analysed (`counting.py`, `run.py`), combined by `windows.py`, folded into rows by the kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from shared.events.event import Event


class Deferred(Protocol):
    """A record that contributed: what is needed of it later, if at all."""

    def event(self) -> Event:
        """The record as an event."""
        ...

    def fields(self, names: tuple[str, ...]) -> Mapping[str, str]:
        """The named fields ("source" among them), as texts; those that are absent left out."""
        ...


class Mark(NamedTuple):
    """One record's contribution to a row.

    sequence_number and place: of its message and within it; time: seconds since 1970; value: what its window takes
    of it besides the key (see `Window.value_of`); record: makes its event; said: what its row tells of it (see
    `Detector.shown_fields`), None where the record must be asked.
    """

    sequence_number: int
    place: int
    time: float
    value: str | None
    record: Deferred
    said: Mapping[str, str] | None = None


NOTHING_SAID: Final[Mapping[str, str]] = {}


class Counted(NamedTuple):
    """What a window takes from one record: its key, and its value (None where the window has no use for one)."""

    key: str
    value: str | None


class Missing(NamedTuple):
    """The field without which a record counts nowhere, and which it does not have."""

    field: str


class Cell:
    """The contributions of a batch to one row: a key in one step of time."""

    __slots__ = ("bucket", "key", "marks")

    def __init__(self, key: str, bucket: int, marks: list[Mark]) -> None:
        self.key = key
        self.bucket = bucket
        self.marks = marks
