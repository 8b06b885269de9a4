"""The oracle of required fields: each field is taken away from the records of the examples that hit.

A field is needed where every such record stops matching, or cannot be counted by its window, when that one field has
no value. It knows only the sources and the ways to match of which an example exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from cli.decoding import items_of
from cli.examples import examples_of
from cli.files import FileBody
from shared.base.clock import SystemClock
from shared.detection.detector import Detector
from shared.events.event import NAMES, Event
from shared.events.reading.decoder import Decoder
from shared.events.registry import registry
from shared.events.source_definition import Selection


class _Without(Event):
    """A record in which one field has no value."""

    def __init__(self, event: Event, hidden: str) -> None:
        super().__init__(event.declaration, lambda: event.record, event.origin)
        self._hidden = hidden
        if hidden in NAMES:
            self._values[hidden] = None

    def get(self, path: str, default: Any = None) -> Any:
        """See `Event.get`."""
        return default if path == self._hidden else super().get(path, default)


def needed_by_examples(detectors: Iterable[Detector]) -> dict[str, dict[str, list[str]]]:
    """Detector -> source -> the fields that it needs, sorted."""
    decoder = Decoder(registry(), {})
    found: dict[str, dict[str, list[str]]] = {}
    for detector in detectors:
        needed: dict[str, set[str]] = {}
        for event in _events(decoder, detector):
            selections = [one for one in detector.on if _matches(detector, one, event)]
            if selections:
                now = {
                    name for name in _read(detector, selections) if not _does_without(detector, event, name)
                }
                source = event.declaration.id
                needed[source] = needed[source] & now if source in needed else now
        if any(needed.values()):
            found[detector.id] = {source: sorted(names) for source, names in sorted(needed.items()) if names}
    return dict(sorted(found.items()))


def _events(decoder: Decoder, detector: Detector) -> Iterator[Event]:
    """The records of its examples that hit."""
    now = SystemClock().now()
    for example in examples_of(detector):
        if example.expect == "hit":
            for number, record in enumerate(example.records):
                body = FileBody("example", number, orjson.dumps({"records": [record]}))
                yield from (item for item in items_of(decoder, body, now) if isinstance(item, Event))


def _read(detector: Detector, selections: Iterable[Selection]) -> set[str]:
    """What the detector looks at: in its conditions, its body and its window."""
    conditions = {clause.field for selection in selections for clause in selection.clauses}
    window = set(detector.window.fields) if detector.window is not None else set()
    return (conditions | set(detector.reads) | window) - {"source", "category", "time"}


def _matches(detector: Detector, selection: Selection, event: Event) -> bool:
    return (
        selection.source.id == event.declaration.id
        and all(clause.holds(event.folded(clause.field)) for clause in selection.clauses)
        and detector(event)
    )


def _does_without(detector: Detector, event: Event, name: str) -> bool:
    if event.folded(name) is None and (name in NAMES or event.get(name) is None):
        return True  # it has no value here, and the detector matches
    if detector.window is not None and name in detector.window.fields:
        return False
    less = _Without(event, name)
    return any(_matches(detector, selection, less) for selection in detector.on)
