"""What a window takes from one record: from the event, or from a head alone where that is enough.

Both ways must agree; `run.py` tries the head first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.detection.detector import Detector
from shared.detection.marks import Counted, Missing
from shared.detection.window import LEFT_OUT, Read, Window
from shared.events.event import Event
from shared.events.selection import fold
from shared.events.shape import Getter, Head, NotQuick, Shape

SEPARATOR = "\x1f"
"""Stands between the parts of a key."""

HeadCounter = Callable[[Head], Counted | None]


def counted_in(event: Event, window: Window, step: int = 0) -> Counted | Missing | None:
    """What `window` counts of a record that satisfied selection `step`; None where it is left out on purpose."""
    parts = [event.folded(name) for name in window.by]
    if None in parts:
        return Missing(window.by[parts.index(None)])
    if window.of_steps:
        return Counted(joined(parts), str(step))
    if not window.takes_value:
        return Counted(joined(parts), None)
    value = window.value_of(event.folded)
    if value is None:
        return Missing(window.of or window.fields[-1])
    return None if value == LEFT_OUT else Counted(joined(parts), value)


def head_counters(
    detectors: Sequence[Detector], source: str, shape: Shape
) -> dict[tuple[str, int], HeadCounter]:
    """For records of `source`: by detector and selection, how to count from a head."""
    found: dict[tuple[str, int], HeadCounter] = {}
    for detector in detectors:
        if detector.window is None or detector.body is not None or detector.allow:
            continue
        for number, selection in enumerate(detector.on):
            if selection.source.id == source:
                step = detector.step_of(number)
                counter = _head_counter(shape, detector.window, step)
                if counter is not None:
                    found[detector.id, step] = counter
    return found


def _head_counter(shape: Shape, window: Window, step: int) -> HeadCounter | None:
    """As `counted_in`, from a head alone; None where a head cannot tell. It raises NotQuick where this one cannot."""
    getters = {name: shape.quick.get(name) for name in (*window.fields, *window.asked)}
    if not shape.timed or any(getters[name] is None for name in window.fields):
        return None
    known = {name: getter for name, getter in getters.items() if getter is not None}
    key = _key_reader([known[name] for name in window.by])
    if window.of_steps:
        place = str(step)
        return lambda head: Counted(key(head), place)
    if not window.takes_value:
        return lambda head: Counted(key(head), None)
    if window.of is not None and window.plain_value:
        of = known[window.of]
        return lambda head: Counted(key(head), fold(of(head)))

    def counter(head: Head) -> Counted | None:
        value = window.value_of(_reader(known, head))
        if value is None:
            raise NotQuick
        return None if value == LEFT_OUT else Counted(key(head), value)

    return counter


def _reader(getters: dict[str, Getter], head: Head) -> Read:
    def read(name: str) -> str | None:
        getter = getters.get(name)
        if getter is None:
            raise NotQuick
        return fold(getter(head))

    return read


def _key_reader(getters: Sequence[Getter]) -> Callable[[Head], str]:
    if len(getters) == 1:
        (only,) = getters
        return lambda head: fold(only(head)) or ""
    return lambda head: joined([fold(getter(head)) for getter in getters])


def joined(parts: Sequence[str | None]) -> str:
    """The parts of a key as one text; a separator within a part is none."""
    if len(parts) == 1:
        return parts[0] or ""
    return SEPARATOR.join((part or "").replace(SEPARATOR, " ") for part in parts)
