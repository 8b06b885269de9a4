"""The state of each ATT&CK technique: covered, degraded, blind, without telemetry, without a detector.

"Covered" says that every detector of the technique that has telemetry has all of it. It does not say that the technique
would be found: a detector finds one way of doing it. Called by `telltale coverage`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.coverage.attack import Technique, techniques
from shared.detection.detector import Detector
from shared.heartbeat.entity import OWN, UNREADABLE, VIRTUAL, kind_of
from shared.heartbeat.judgement.finding_kinds import FindingKind
from shared.heartbeat.required_fields import Required
from shared.heartbeat.roster import is_overflow
from shared.heartbeat.state import SourceState

_HARMLESS = frozenset({FindingKind.HIGH, FindingKind.SHORT_LIVED, FindingKind.CHANGED})


class Cover(StrEnum):
    """How a technique is covered, the worst first."""

    BLIND = "blind"
    """Its detectors have lost all their input."""
    DEGRADED = "degraded"
    """Some of its detectors see less than they should, or nothing."""
    NO_TELEMETRY = "no telemetry"
    """It has detectors, and what they read never came."""
    NO_DETECTOR = "no detector"
    COVERED = "covered"


class Sight(StrEnum):
    """What a detector sees."""

    ALL = "all"
    LESS = "less"
    NOTHING = "nothing"
    NO_TELEMETRY = "no telemetry"


@dataclass(frozen=True, slots=True)
class Covered:
    """A technique, how it is covered, and what each of its detectors sees."""

    technique: Technique
    cover: Cover
    detectors: Mapping[str, Sight]


def coverage(
    detectors: Iterable[Detector], states: Iterable[SourceState], required: Required
) -> list[Covered]:
    """Every technique of the table, in the order of its id. `required`: the fields that detectors need.

    Detectors that listen to the findings of others see what those see, so they cover nothing by themselves.
    """
    by_kind = _by_kind(states)
    by_technique: dict[str, dict[str, Sight]] = {}
    for detector in detectors:
        if detector.stage == "live" and not all(source.startswith(OWN) for source in detector.sources):
            sight = seen_by(detector, by_kind, required)
            for technique in detector.techniques:
                by_technique.setdefault(technique, {})[detector.id] = sight
    return [
        Covered(technique, _cover(by_technique.get(id_, {}).values()), by_technique.get(id_, {}))
        for id_, technique in sorted(techniques().items())
    ]


def seen_by(detector: Detector, by_kind: Mapping[str, Sequence[SourceState]], required: Required) -> Sight:
    """What a detector sees of the sources it reads; one that never came does not count where another did."""
    sights = [
        _sight(state, required.get(detector.id, {}).get(kind, ()))
        for kind in detector.sources
        for state in by_kind.get(kind, ())
    ]
    if not sights:
        return Sight.NO_TELEMETRY
    if all(sight is Sight.ALL for sight in sights):
        return Sight.ALL
    return Sight.NOTHING if all(sight is Sight.NOTHING for sight in sights) else Sight.LESS


def _sight(state: SourceState, needed: Iterable[str]) -> Sight:
    if state.is_dark:
        return Sight.NOTHING
    for finding in state.findings:
        if finding.kind is FindingKind.THIN:
            if {name.strip() for name in finding.detail.split(",")} & set(needed):
                return Sight.LESS
        elif finding.kind not in _HARMLESS:
            return Sight.LESS
    return Sight.ALL


def _by_kind(states: Iterable[SourceState]) -> dict[str, list[SourceState]]:
    found: dict[str, list[SourceState]] = {}
    for state in states:
        source = state.entity.source
        if source in (VIRTUAL, UNREADABLE) or source.startswith(OWN) or is_overflow(state.entity):
            continue
        if state.last_seen is not None or state.is_dark:  # else it is expected, and still has time to come
            found.setdefault(kind_of(source), []).append(state)
    return found


def _cover(sights: Iterable[Sight]) -> Cover:
    found = set(sights)
    if not found:
        return Cover.NO_DETECTOR
    seeing = found - {Sight.NO_TELEMETRY}
    if not seeing:
        return Cover.NO_TELEMETRY
    if seeing == {Sight.ALL}:
        return Cover.COVERED
    return Cover.BLIND if seeing == {Sight.NOTHING} else Cover.DEGRADED
