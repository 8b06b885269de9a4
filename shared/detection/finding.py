"""What a detector found: the values an alert is made of, independent of how it is delivered.

A finding that is seen again (redelivery, another instance, another batch) has the same `identity`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from shared.detection.detector import Detector
from shared.events.event import NAMES, Event
from shared.events.source_definition import Source

LONGEST_VALUE = 512
MOST_REFERENCES = 20


@dataclass(slots=True)
class Finding:
    """A detector's finding.

    identity: what makes it this finding and no other. fields: normalised names and values of the records it is
    about (for windows: those in which all sampled records agree, and the key). evidence: references to records,
    and for windows key, threshold, what was seen, sample values. said: what was seen, in a line.
    """

    detector: Detector
    identity: tuple[str, ...]
    source: str
    fields: Mapping[str, str]
    start: datetime
    end: datetime
    count: int = 1
    references: list[str] = field(default_factory=list)
    evidence: dict[str, object] = field(default_factory=dict)
    said: str = ""

    def see(self, event: Event) -> None:
        """Takes in another record of the same finding."""
        time = event.time
        self.count += 1
        self.start = min(self.start, time)
        self.end = max(self.end, time)
        if len(self.references) < MOST_REFERENCES:
            self.references.append(event.origin.reference())


def fields_of(event: Event, names: Iterable[str]) -> dict[str, str]:
    """The named fields of `event` as texts; values bounded, absent ones left out."""
    fields: dict[str, str] = {}
    for name in names:
        value = event.get(name) if "." in name else event.value(name)
        if value is not None:
            fields[name] = str(value)[:LONGEST_VALUE]
    return fields


def identity_of(event: Event, detector: Detector) -> tuple[str, ...]:
    """What makes the finding for one record this one and no other: its episode, or the record itself."""
    if not detector.dedup:
        return ("record", event.digest())
    period = int(detector.dedup_period.total_seconds())
    values = [event.folded(name) or "" for name in detector.dedup]
    return ("episode", *values, str(int(event.time.timestamp()) // period))


def finding_of(event: Event, detector: Detector, identity: tuple[str, ...]) -> Finding:
    """The finding that `detector` raises for one record."""
    time = event.time
    return Finding(
        detector,
        identity,
        event.source,
        fields_of(event, _carried(detector, event.declaration)),
        time,
        time,
        references=[event.origin.reference()],
    )


@lru_cache(maxsize=8192)
def _carried(detector: Detector, source: Source) -> tuple[str, ...]:
    """The fields that an alert of `detector` carries, without those that records of `source` never have."""
    return tuple(
        name for name in detector.carried if "." in name or name in source.fields or name not in NAMES
    )


VARIES = ""
"""Stands for a field in which records differ, so that no later record can speak for all of them."""


def agreed(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """The fields of two records; VARIES where they are not the same."""
    return {
        name: first[name] if first.get(name) == second.get(name) else VARIES for name in {**first, **second}
    }


def reconciled(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """The fields of two rows, of which one may hold fewer; VARIES where they contradict each other."""
    merged = {**first, **second}
    for name in first.keys() & second.keys():
        if first[name] != second[name]:
            merged[name] = VARIES
    return merged
