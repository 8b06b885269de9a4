"""Six weeks of an entity, hour by hour: how many records came, and in how many minutes of the hour.

`folded` is the first hour that is not in it yet; the newest hour stands last. Hours before an entity was first seen
are not in it, hours of outages are unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from shared.heartbeat.judgement._scale import UNKNOWN, code_of, value_of

DAYS: Final = 42
KEPT: Final = DAYS * 24
"""Hours that are kept."""


class History(NamedTuple):
    """What `Memory` keeps by the hour, and what it learnt of these hours; see there."""

    folded: int
    counts: bytes
    activity: bytes
    utc: float = 0.0
    aside: Mapping[int, int] = MappingProxyType({})
    below: float = -1.0
    above: float = -1.0
    peaks: bytes = b""

    @property
    def days(self) -> float:
        """How far back it reaches."""
        return len(self.counts) / 24

    @property
    def start(self) -> int:
        """The oldest hour in it."""
        return self.folded - len(self.counts)

    def with_hour(self, count: int | None, minutes: int | None) -> History:
        """The history with one hour more; None for what must not be learnt from."""
        counts = self.counts[-KEPT + 1 :] + bytes([UNKNOWN if count is None else code_of(count)])
        activity = self.activity[-KEPT + 1 :] + bytes([UNKNOWN if minutes is None else minutes])
        return self._replace(folded=self.folded + 1, counts=counts, activity=activity)

    def seen_in(self, hour: int) -> float | None:
        """How many records came in an hour that is in it, also where nothing is learnt of it; None: not known."""
        if not self.start <= hour < self.folded:
            return None
        code = self.counts[hour - self.start]
        if code == UNKNOWN:
            code = self.aside.get(hour, UNKNOWN)
        return None if code == UNKNOWN else value_of(code)
