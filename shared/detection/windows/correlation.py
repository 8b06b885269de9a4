"""Findings as records for the detectors that listen to them: what they contribute to those detectors' windows.

A finding is counted by its identity, which is the same however often it is found: so a redelivered batch, a second
instance or the timer change nothing. Its rows (owner `findings`) have no single writer; whoever has the finding
writes them with their ETag, and meets on conflict what another has written. Called by the collector before the
findings go to the outbox, so that a crash between the two is healed when they are found again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.detection.detector import Detector
from shared.detection.finding import Finding, fields_of
from shared.detection.windows._counting import joined
from shared.detection.windows._listening import FINDING, IDENTITY
from shared.detection.windows._sketch import digest_of
from shared.detection.windows.contributions import Contributions
from shared.detection.windows.marks import Counted
from shared.events.conditions import Clause, fold
from shared.events.event import Event
from shared.events.message import Origin
from shared.events.source_definition import Selection

OWNER = "findings"
"""Stands in place of hub and partition in the rows of those who listen to findings."""

_MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class _HeardFinding:
    """A finding that was heard, as a mark looks at it."""

    finding: Finding
    made: Event

    def event(self) -> Event:
        return self.made

    def fields(self, names: tuple[str, ...]) -> dict[str, str]:
        return fields_of(self.made, [name for name in names if name != "source"])


class Listeners:
    """The detectors that listen to findings, with the selections by which they do."""

    def __init__(self, detectors: Iterable[Detector]) -> None:
        self._listening = [
            (detector, number, selection)
            for detector in detectors
            for number, selection in enumerate(detector.on)
            if selection.source is FINDING
        ]

    def __bool__(self) -> bool:
        return bool(self._listening)

    def contributions(self, findings: Iterable[Finding]) -> dict[str, Contributions]:
        """What `findings` contribute, by listening detector."""
        found: dict[str, Contributions] = {}
        for finding in findings:
            if finding.detector.stage == "shadow" or listens(finding.detector):
                continue
            event = event_of(finding)
            for detector, number, selection in self._listening:
                if detector.window is None or not _holds(selection, event):
                    continue
                if not detector(event) or _allowed(detector, event):
                    continue
                contribution = found.get(detector.id)
                if contribution is None:
                    contribution = found[detector.id] = Contributions(
                        detector, detector.window, _nothing_known, identified=True
                    )
                self._add(contribution, finding, event, detector.step_of(number))
        return found

    @staticmethod
    def _add(contribution: Contributions, finding: Finding, event: Event, step: int) -> None:
        window = contribution.window
        parts = [event.folded(name) for name in window.by]
        if None in parts:
            return  # many findings are about no user, no address, ...: that is no fault of theirs
        time = (finding.end if finding.detector.window else finding.start).timestamp()
        values = [str(step)] if window.of_steps else _values(event, window.of or IDENTITY)
        for place, value in enumerate(values):
            contribution.add(Counted(joined(parts), value), time, 0, place, _HeardFinding(finding, event))


def listens(detector: Detector) -> bool:
    """Whether a detector listens to findings."""
    return any(selection.source is FINDING for selection in detector.on)


def event_of(finding: Finding) -> Event:
    """A finding as a record of `telltale.finding`."""
    detector = finding.detector
    techniques = [part for technique in detector.techniques for part in (technique, technique.split(".")[0])]
    record: dict[str, Any] = {
        **{name: value for name, value in finding.fields.items() if "." not in name},
        "finding": {
            "detector": detector.id,
            "folder": detector.id.partition(".")[0],
            "technique": list(dict.fromkeys(techniques)),
            "tactic": list(detector.tactics),
            "main_tactic": next(iter(detector.tactics), None),  # the earliest: T1078 alone has four
            "severity": detector.severity.value,
            "source": finding.source,
            "identity": f"{detector.id} {digest_of(joined(finding.identity)).hex()}",
        },
        "time": finding.start.isoformat(),
    }
    return Event(FINDING, lambda: record, Origin(OWNER, detector.id, 0, 0, finding.start))


def _values(event: Event, name: str) -> Sequence[str]:
    """The values of a field, of which a finding may have several."""
    value = event.get(name) if "." in name else getattr(event, name)
    several = value if isinstance(value, list) else [value]
    return [text for item in several[:_MOST_VALUES] if (text := fold(item)) is not None]


def _holds(selection: Selection, event: Event) -> bool:
    return all(_satisfied(clause, event) for clause in selection.clauses)


def _satisfied(clause: Clause, event: Event) -> bool:
    values = _values(event, clause.field)
    matcher = clause.matcher
    if not values or (matcher is not None and matcher.negated):
        return all(clause.holds(value) for value in values) if values else clause.holds(None)
    return any(clause.holds(value) for value in values)


def _allowed(detector: Detector, event: Event) -> bool:
    return any(event.folded(name) in values for name, values in detector.allow.items())


def _nothing_known(*_value: object) -> bool:
    return False
