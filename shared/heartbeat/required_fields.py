"""Which fields each detector needs of each source, derived from its declaration when the collector is put together.

A field is needed where every selection of the source has a condition on it that a missing value cannot satisfy, where
its window counts by it, or where its body cannot hold without it. So a field that is only one way of several is not
needed. Heartbeats sample these fields, and an alert about a missing one names the detectors that need it. The tests
take each of them away from the records of the detectors' examples, and none may hit then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from shared.detection.detector import Detector
from shared.events.event import NAMES
from shared.events.source_definition import Selection

Required = Mapping[str, Mapping[str, Sequence[str]]]
"""Detector id -> source id -> the fields and raw paths without which it finds nothing."""

_OF_EVERY_RECORD: Final = frozenset({"source", "category", "time"})


def required_fields(detectors: Iterable[Detector]) -> Required:
    """What each of the detectors needs, sorted; those that need nothing are left out."""
    found = {}
    for detector in detectors:
        needed = {source: fields for source in detector.sources if (fields := _needed(detector, source))}
        if needed:
            found[detector.id] = needed
    return found


def by_source(required: Required) -> dict[str, tuple[str, ...]]:
    """For each source, every field that some detector needs of it."""
    found: dict[str, set[str]] = {}
    for sources in required.values():
        for source, names in sources.items():
            found.setdefault(source, set()).update(names)
    return {source: tuple(sorted(names)) for source, names in found.items()}


def _needed(detector: Detector, source: str) -> tuple[str, ...]:
    selections = [one for one in detector.on if one.source.id == source]
    always = set.intersection(*map(_asked_by, selections))
    counted = detector.window.fields if detector.window is not None else ()
    names = always.union(counted, detector.body_needs) - _OF_EVERY_RECORD
    fills = selections[0].source.fields
    return tuple(sorted(name for name in names if name not in NAMES or name in fills))


def _asked_by(selection: Selection) -> set[str]:
    """The fields of conditions that a missing value does not satisfy."""
    return {clause.field for clause in selection.clauses if not clause.holds(None)}
