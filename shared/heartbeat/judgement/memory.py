"""What is remembered of an entity from check to check: its history in a few hundred bytes, and what is open.

`to_bytes` and `from_bytes` keep it in one property of a row. It stays under 3 KB whatever an entity does.
"""

from __future__ import annotations

import msgspec

from shared.heartbeat.judgement._history import History

VERSION = 1


class Track(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One kind of finding: what the last checks found, and which alerts it raised.

    recent: bits of the last checks, the newest in bit 0. since: when what is now suspected or open began. opened_at: of
    the open episode, 0 if none is open. alerts: how many the episode has raised. alerted_at: when the last.
    closed_since, closed_at: beginning and end of the last episode. openings: times of the last openings, for flapping.
    level: seen over usual while it lasts, smoothed.
    """

    recent: int = 0
    since: float = 0.0
    opened_at: float = 0.0
    alerts: int = 0
    alerted_at: float = 0.0
    closed_since: float = 0.0
    closed_at: float = 0.0
    openings: tuple[float, ...] = ()
    level: float = 0.0
    flapping: bool = False


class EntityMemory(msgspec.Struct, frozen=True, array_like=True):
    """An entity's memory. A fresh one knows nothing.

    folded: the first hour (since 1970) that is not yet in the history. counts, activity: one byte an hour, up to
    `folded`, of how many records came and in how many minutes. pauses: the longest pause of each day that had one;
    pause_day: the day of the newest; pause: the one that goes on at `folded`. lag, undecoded, fields: its usual
    values, lag in seconds, -1 where it is not known. learnt: hours that made them. shapes: known fingerprints with
    the hour in which each was last seen.

    On the scale of counts (`_scale.py`): utc: after changes of the clocks, by how much its hours fitted UTC better than
    the local clock (negative: worse). aside: codes of the newest hours of which nothing is learnt. below, above: how
    far hours lie under or over what is usual, as a rule, -1 where it is not known. peaks: how far the highest hour of
    each day lay over it; peak_day: the day of the newest.
    """

    version: int = VERSION
    folded: int = 0
    counts: bytes = b""
    activity: bytes = b""
    pauses: bytes = b""
    pause_day: int = 0
    pause: float = 0.0
    lag: float = -1.0
    undecoded: float = 0.0
    fields: dict[str, float] = {}
    learnt: int = 0
    shapes: dict[str, int] = {}
    tracks: dict[str, Track] = {}
    utc: float = 0.0
    aside: dict[int, int] = {}
    below: float = -1.0
    above: float = -1.0
    peaks: bytes = b""
    peak_day: int = 0

    @property
    def history(self) -> History:
        """The hours that it remembers."""
        return History(
            self.folded,
            self.counts,
            self.activity,
            self.utc,
            self.aside,
            self.below,
            self.above,
            self.peaks,
        )

    def to_bytes(self) -> bytes:
        """The memory as MessagePack."""
        return msgspec.msgpack.encode(self)


def from_bytes(data: bytes | None) -> EntityMemory:
    """The memory that `to_bytes` wrote; a fresh one where there is none, it is damaged or of another version."""
    if not data:
        return EntityMemory()
    try:
        memory = msgspec.msgpack.decode(data, type=EntityMemory)
    except msgspec.DecodeError:  # which covers values of another type
        return EntityMemory()
    return memory if memory.version == VERSION else EntityMemory()
