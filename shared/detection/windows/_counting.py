"""What a window takes from one record: from the event, or from a head alone where that is enough.

Both ways must agree; `run.py` tries the head first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from shared.detection.detector import Detector
from shared.detection.finding import LONGEST_VALUE
from shared.detection.windows._head_cache import FieldValues, ReadCache, Reader
from shared.detection.windows.marks import Counted, Missing
from shared.detection.windows.window import LEFT_OUT, Window
from shared.events.conditions import fold
from shared.events.event import Event
from shared.events.head import Head, HeadDecoder, NotQuick

SEPARATOR = "\x1f"
"""Stands between the parts of a key."""

NOT_COUNTED: Final = Counted("", None)
"""Stands for a record that a window leaves out on purpose; told by identity."""

HeadCounter = Callable[[Head], Counted]
HeadTeller = Callable[[Head], Mapping[str, str] | None]
"""What a row tells of a record; None where its head lacks some of it."""


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
    detectors: Sequence[Detector], source: str, head_decoder: HeadDecoder, memory: ReadCache
) -> dict[tuple[str, int], HeadCounter]:
    """For records of `source`: by detector and selection, how to count from a head."""
    found: dict[tuple[str, int], HeadCounter] = {}
    for detector in detectors:
        if detector.window is None or detector.body is not None or detector.allow:
            continue
        for number, selection in enumerate(detector.on):
            if selection.source.id == source:
                step = detector.step_of(number)
                counter = _head_counter(head_decoder, detector.window, step, memory)
                if counter is not None:
                    found[detector.id, step] = counter
    return found


def _head_counter(
    head_decoder: HeadDecoder, window: Window, step: int, memory: ReadCache
) -> HeadCounter | None:
    """As `counted_in`, from a head alone; None where a head cannot tell. It raises NotQuick where this one cannot."""
    names = (*window.by, *(window.deciding if window.takes_value and not window.of_steps else ()))
    if not head_decoder.timed or not all(name in head_decoder.quick for name in names):
        return None
    place = str(step)

    def counted(values: FieldValues) -> Counted:
        key = joined([fold(values[name]) for name in window.by])
        if window.of_steps:
            return Counted(key, place)
        if not window.takes_value:
            return Counted(key, None)
        value = window.value_of(lambda name: fold(values.get(name)))
        if value is None:
            raise NotQuick
        return NOT_COUNTED if value == LEFT_OUT else Counted(key, value)

    return Reader(head_decoder, names, counted, memory).reader()


def head_teller(head_decoder: HeadDecoder, names: Sequence[str], memory: ReadCache) -> HeadTeller:
    """How to read the named fields of a head as texts; "source" among them is the source's id."""
    source = {"source": head_decoder.source.id} if "source" in names else {}
    fields = [name for name in names if name != "source"]
    if not fields:
        return lambda _head: source
    if not all(name in head_decoder.quick for name in fields):
        return lambda _head: None

    def told(values: FieldValues) -> Mapping[str, str]:
        return {**{name: str(value)[:LONGEST_VALUE] for name, value in values.items()}, **source}

    read = Reader(head_decoder, fields, told, memory).reader()

    def tell(head: Head) -> Mapping[str, str] | None:
        try:
            return read(head)
        except NotQuick:
            return None

    return tell


def joined(parts: Sequence[str | None]) -> str:
    """The parts of a key as one text; a separator within a part is none."""
    if len(parts) == 1:
        return parts[0] or ""
    return SEPARATOR.join((part or "").replace(SEPARATOR, " ") for part in parts)
