"""How near a key is to its threshold, from what this process has counted itself; kept in memory only.

Used by `window_store.py` to decide whether reading a key's rows of all hub partitions can be worth it. What is not
known here (after a restart, or when memory is bounded) only delays a judgement until the sweep.
"""

from __future__ import annotations

from shared.detection.window import Window
from shared.detection.windows import Cell

MOST_KEYS = 100_000


class Shares:
    """Own shares by key: counts by step, or different values with the last step in which each was seen."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[int, int]] = {}
        self._values: dict[str, dict[str, int]] = {}
        self._judged: dict[str, tuple[int, int]] = {}

    def note(self, name: str, cell: Cell, amount: int, window: Window) -> int:
        """Notes that the row of `cell` has come to `amount`; gives the most that any window around it can hold."""
        for kept in (self._counts, self._values, self._judged):
            if len(kept) > MOST_KEYS:
                kept.clear()
        oldest = cell.bucket - 2 * window.steps
        if window.of is None:
            counts = self._counts.setdefault(name, {})
            counts[cell.bucket] = amount
            if len(counts) > 1:
                for step in [step for step in counts if step < oldest]:
                    del counts[step]
            return sum(counts.values())
        values = self._values.setdefault(name, {})
        for mark in cell.marks:
            if mark.value is not None:
                values[mark.value] = cell.bucket
        if len(values) > 1:
            for value in [value for value, step in values.items() if step < oldest]:
                del values[value]
        return len(values)

    def may_decide(self, name: str, share: int, threshold: int, partitions: int) -> bool:
        """Whether this share could be the largest of a crossing, given what was seen when the key was last judged."""
        if share < 2 <= threshold:
            return False
        share_then, seen_then = self._judged.get(name, (0, 0))
        if share < share_then:
            share_then, seen_then = 0, 0  # its beginning has gone by: judge anew
        if seen_then >= threshold:
            seen_then = 0  # its episode has begun: another needs as much again
        return (share - share_then) * partitions >= threshold - seen_then

    def judged(self, name: str, share: int, seen: int) -> None:
        """Remembers what a judgement saw."""
        self._judged[name] = (share, seen)
