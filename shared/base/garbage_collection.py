"""Keep the garbage collector away from objects that live as long as the process.

A collector builds thousands of objects at start (detectors, sources, plans), then only short-lived ones, which
reference counting frees. Searching the long-lived ones for cycles again and again would cost a tenth of the time of a
record.
Called once after a collector is built, and by the bench.
"""

from __future__ import annotations

import gc

SELDOM = 50_000
"""New objects between two collections of the youngest generation; cycles are rare here and may wait that long."""


def freeze_garbage_collector() -> None:
    """Excludes the objects that exist now from all later collections, and makes collections rarer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM, 20, 20)
