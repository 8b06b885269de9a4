"""What a partition's own rows of a key come to, from what this process has counted itself; kept in memory only.

Used by `window_store.py` to decide whether reading a key's rows of all hub partitions can be worth it. What is not
known here (after a restart, or when memory is bounded) only delays a judgement until the sweep.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from shared.detection.windows._sketch import digest_of
from shared.detection.windows.bucket import Summary
from shared.detection.windows.marks import Cell
from shared.detection.windows.window import Window

MOST_KEYS = 30_000
MOST_VALUES = 100_000
MOST_MET = 64
"""Values of a key that are remembered from its judgement; with more of them, it is judged by their number."""


class Shares:
    """Own rows by key: their summaries by step, or different values with the last step in which each was seen.

    Keys are kept as hashes: two keys that share one would only be read once too often.
    """

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, Summary]] = {}
        self._values: dict[int, dict[bytes, int]] = {}
        self._number_of_values = 0
        self._judged: dict[int, tuple[int, int, int, int]] = {}
        self._quiet: dict[int, int] = {}
        self._met: dict[int, frozenset[bytes]] = {}

    def note(self, name: int, cell: Cell, summary: Summary, window: Window) -> Mapping[int, Summary]:
        """Notes that the row of `cell` has come to `summary`; gives the own rows of the key that may matter."""
        rows = self._rows.get(name)
        if rows is None:
            for kept in (self._rows, self._judged, self._quiet, self._met):
                if len(kept) > MOST_KEYS:
                    kept.clear()
            rows = self._rows[name] = {}
        rows[cell.bucket] = summary
        if len(rows) > 1:
            oldest = cell.bucket - 2 * window.steps
            for step in [step for step in rows if step < oldest]:
                del rows[step]
        return rows

    def different(self, name: int, cell: Cell, window: Window) -> Collection[bytes]:
        """The digests of the values that the own rows of a key hold; where all are not known, some of them."""
        if self._number_of_values > MOST_VALUES:
            self._values.clear()
            self._number_of_values = 0
        values = self._values.setdefault(name, {})
        before = len(values)
        for mark in cell.marks:
            values[digest_of(mark.value or "")] = cell.bucket
        if len(values) > 1:
            oldest = cell.bucket - 2 * window.steps
            for value in [value for value, step in values.items() if step < oldest]:
                del values[value]
        self._number_of_values += len(values) - before
        return values

    def is_met(self, name: int, values: Collection[bytes], partitions: int) -> bool:
        """Whether these values can hardly have brought a crossing since the key was judged, by what was met then.

        What other partitions hold too brings nothing. Of the new values that a crossing needs, some partition has its
        part; where that one thinks it needs more than it does, the sweep finds the crossing.
        """
        met = self._met.get(name)
        if met is None or name not in self._judged:
            return False
        new = sum(1 for value in values if value not in met)
        return new * partitions < self._judged[name][2] - len(met)

    def may_decide(self, name: int, share: int, threshold: int, partitions: int, epoch: int) -> bool:
        """Whether this share could be the largest of a crossing, given what was seen when the key was last judged."""
        if share < 2 <= threshold:
            return False
        share_then, seen_then, needed, epoch_then = self._judged.get(name, (0, 0, threshold, epoch))
        if share < share_then or epoch != epoch_then:
            share_then, seen_then, needed = 0, 0, threshold  # its beginning has gone by: judge anew
        if seen_then >= needed:
            seen_then = 0  # its episode has begun: another needs as much again
        return (share - share_then) * partitions >= needed - seen_then

    def judged(
        self, name: int, share: int, standing: tuple[int, int], epoch: int, met: frozenset[bytes] | None
    ) -> None:
        """Remembers what a judgement saw: what the key came to, what it would have needed, and a few values."""
        self._judged[name] = (share, *standing, epoch)
        if met is not None and len(met) <= MOST_MET:
            self._met[name] = met
        else:
            self._met.pop(name, None)

    def is_quiet(self, name: int, step: int) -> bool:
        """Whether an episode that is known covers the step, so that nothing new can begin there."""
        return step < self._quiet.get(name, 0)

    def quiet(self, name: int, until: int) -> None:
        """Remembers up to which step an episode covers what comes."""
        self._quiet[name] = until
