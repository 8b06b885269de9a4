"""Make what fails smaller, by leaving parts out as long as it fails in the same way (delta debugging)."""

from __future__ import annotations

import time
from collections.abc import Callable


def shrunk(
    core: bytes, fails: Callable[[bytes], bool], *, most_tries: int = 3_000, most_seconds: float = 20.0
) -> bytes:
    """The smallest part of `core` that was found and for which `fails` still holds; `core` where there is none.

    Parts of half its size are left out first, then of a quarter, down to single bytes, again and again until
    nothing more can go or the tries or seconds are used up.
    """
    deadline = time.monotonic() + most_seconds
    size = max(1, len(core) // 2)
    begin, progress = 0, False
    while core and most_tries > 0 and time.monotonic() < deadline:
        if begin >= len(core):
            if not progress and size == 1:
                break
            size = max(1, size if progress else size // 2)
            begin, progress = 0, False
            continue
        most_tries -= 1
        smaller = core[:begin] + core[begin + size :]
        if fails(smaller):
            core, progress = smaller, True
        else:
            begin += size
    return core
