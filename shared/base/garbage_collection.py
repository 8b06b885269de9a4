"""Tell the interpreter what lives for good, so that it does not search it for garbage while records pass.

A collector builds thousands of objects once (detectors, sources, plans) and then only short-lived ones, which
reference counting frees; searching all of them for cycles again and again would cost a tenth of the way of a record.
Called once by whoever has built a collector, and by the bench.
"""

from __future__ import annotations

import gc

SELDOM = 50_000
"""New objects between two searches of the youngest; cycles, which are rare here, wait that long."""


def settle() -> None:
    """Leaves what exists now out of all further searches for garbage, and makes them rarer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM, 20, 20)
