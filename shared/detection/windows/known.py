"""Values that are known to stand in a row already, so that a record which brings one is dropped at once.

Kept in memory only, and bounded; what is forgotten is counted again, which changes nothing. Values are kept as hashes
of 64 bits, salted by the interpreter: among 200,000 of them a new value is taken for a known one less than once in
ten million million records.
"""

from __future__ import annotations

from shared.detection.windows.marks import Cell
from shared.detection.windows.window import Window

MOST_VALUES = 200_000
_ANY_TIME = float("-inf")


class KnownValues:
    """What rows of this process hold. For `first_seen`, with the first time: an earlier one is news."""

    def __init__(self) -> None:
        self._times: dict[int, float] = {}

    def holds(self, detector: str, key: str, step: int, value: str, time: float) -> bool:
        """Whether counting the value changes nothing."""
        known = self._times.get(hash((detector, key, step, value)))
        return known is not None and time >= known

    def note(self, detector: str, cell: Cell, window: Window) -> None:
        """Remembers the values of a cell that was counted."""
        if not window.remembers:
            return
        times = self._times
        if len(times) > MOST_VALUES:
            times.clear()
        for mark in cell.marks:
            if mark.value is not None:
                name = hash((detector, cell.key, cell.bucket, mark.value))
                moment = mark.time if window.replaces_fields else _ANY_TIME
                times[name] = min(moment, times.get(name, moment))

    def clear(self) -> None:
        """Forgets everything."""
        self._times.clear()
