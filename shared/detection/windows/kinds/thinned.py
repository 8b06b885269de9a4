"""Times that are kept exactly while they are few, and by their extremes where they are many.

A step of time is cut into slices; of each slice the first and the last time are kept. What is kept follows from the
set of times alone: not from their order, and not from how often each came. Used by `sequence` and `travel`.
"""

from __future__ import annotations

from collections.abc import Sequence

SLICES = 25
"""Slices in a step, so 250 in a period."""


def with_time(times: Sequence[float], time: float, step: int) -> tuple[float, ...] | None:
    """`times`, in order, after one more; None where that changes nothing."""
    if not times:
        return (time,)
    if time in times:
        return None
    length = step / SLICES
    mine = [known for known in times if int(known / length) == int(time / length)]
    if len(mine) < 2:
        return tuple(sorted((*times, time)))
    if mine[0] < time < mine[-1]:
        return None
    gone = mine[0] if time < mine[0] else mine[-1]
    return tuple(sorted((*(known for known in times if known != gone), time)))
