"""Sampling: does a record have the fields that detectors need, which keys does it have, which resource wrote it.

Every five minutes one record per source and hub partition is sampled: the first. Which one that is follows from the
messages alone, so redelivery changes nothing, and a busy source costs no more than a quiet one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from math import log
from typing import Final, NamedTuple

from shared.events.event import NAMES, Event
from shared.events.message import Origin
from shared.events.paths import Record, top
from shared.heartbeat.tally import Part

logger = logging.getLogger("telltale.heartbeat")

SKETCH_BYTES: Final = 32
_NOWHERE: Final = Origin("", "", 0, 0, datetime.fromtimestamp(0, UTC))
_BITS: Final = 8 * SKETCH_BYTES
_MOST_KEYS: Final = 400
_LONGEST_REPORTER: Final = 240
_REPORTERS: Final = ("resource_id", "dvc_hostname", "account_id", "app_id")


class Look(NamedTuple):
    """What a sampled record shows: required fields without a value, its keys' fingerprint, who wrote it."""

    missing: tuple[str, ...]
    shape: str
    sketch: int
    reporter: str


@dataclass(slots=True)
class Sampler:
    """Looks at the samples of parts. `failed` counts records on which looking raised."""

    needed: Mapping[str, Sequence[str]]
    failed: int = field(default=0)

    def look(self, part: Part) -> Look | None:
        """What the part's sample shows; None where it has none or cannot be looked at."""
        sample = part.sample
        if sample is None:
            return None
        try:
            if isinstance(sample, Event):
                return self.look_at(sample)
            return self.look_at(Event(sample.source, partial(sample.load, sample.place), _NOWHERE))
        except Exception as error:  # noqa: BLE001 - a record that cannot be looked at is counted all the same
            self.failed += 1
            logger.warning("a sample could not be looked at: %s", type(error).__name__)
            return None

    def look_at(self, event: Event) -> Look:
        """What a record shows."""
        missing = tuple(
            name for name in self.needed.get(event.declaration.id, ()) if _is_missing(event, name)
        )
        values = (getattr(event, name) for name in _REPORTERS)
        reporter = next((str(value) for value in values if value), "")[:_LONGEST_REPORTER]
        return Look(missing, fingerprint(event.record), sketch_of(reporter), reporter)


def _is_missing(event: Event, name: str) -> bool:
    return (getattr(event, name) if name in NAMES else event.get(name)) is None


def fingerprint(record: Record) -> str:
    """What keys a record has, at its top and below `properties`, as 8 hexadecimal digits."""
    inner = top(record, "properties")
    keys = sorted(map(str, record))[:_MOST_KEYS]
    below = sorted(map(str, inner))[:_MOST_KEYS] if isinstance(inner, dict) else ()
    text = "\x1f".join(keys) + "\x1e" + "\x1f".join(below)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def sketch_of(reporter: str) -> int:
    """The bit of a reporter in a sketch; sketches are united with `|`."""
    if not reporter:
        return 0
    digest = blake2b(reporter.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return 1 << int.from_bytes(digest, "big") % _BITS


def distinct_in(sketch: int) -> int:
    """How many different reporters a sketch holds, about (linear counting; exact for few, at most some 1,400)."""
    empty = _BITS - sketch.bit_count()
    return round(_BITS * log(_BITS / max(empty, 1)))
