"""Which detectors and techniques are blind while a source is silent or one of its fields is missing.

A detector that is mapped to a technique does not "cover" it; but where the last detector of a technique has lost its
input, the technique is blind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from shared.detection.detector import Detector
from shared.heartbeat.entity import VIRTUAL, Entity, kind_of
from shared.heartbeat.judgement.finding_kinds import FindingKind
from shared.heartbeat.judgement.verdict import SourceFinding
from shared.heartbeat.required_fields import Required
from shared.heartbeat.state import SourceState

_DARK = frozenset({FindingKind.SILENT, FindingKind.NEVER_SEEN, FindingKind.NOT_CONFIGURED})
_HARMLESS = frozenset({FindingKind.HIGH, FindingKind.SHORT_LIVED})


@dataclass(frozen=True, slots=True)
class Blinded:
    """What a finding about a source takes away.

    detectors: those that have no input left. degraded_detectors: those that see less than they should. techniques:
    for which nothing else looks in that tenant; degraded_techniques: for which something still does.
    """

    detectors: tuple[str, ...] = ()
    degraded_detectors: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    degraded_techniques: tuple[str, ...] = ()


class Blinding:
    """Knows which detectors read what. `required`: the fields they need."""

    def __init__(self, detectors: Iterable[Detector], required: Required) -> None:
        self._required = required
        self._by_source: dict[str, list[Detector]] = {}
        self._by_technique: dict[str, list[Detector]] = {}
        for detector in detectors:
            for source in detector.sources:
                self._by_source.setdefault(source, []).append(detector)
            for technique in detector.techniques if detector.stage == "live" else ():
                self._by_technique.setdefault(technique, []).append(detector)
        self._counts: dict[str, tuple[int, int]] = {}

    def listeners(self, entity: Entity) -> list[Detector]:
        """The detectors that read an entity's source."""
        return self._by_source.get(kind_of(entity.source), [])

    def counts(self, entity: Entity) -> tuple[int, int]:
        """How many detectors read an entity's source, and for how many techniques."""
        kind = kind_of(entity.source)
        known = self._counts.get(kind)
        if known is None:
            live = [detector for detector in self.listeners(entity) if detector.stage == "live"]
            techniques = {technique for detector in live for technique in detector.techniques}
            known = self._counts[kind] = (len(live), len(techniques))
        return known

    def by(
        self,
        finding: SourceFinding,
        entity: Entity,
        states: Iterable[SourceState],
        members: Collection[str] = (),
    ) -> Blinded:
        """What a finding about `entity` blinds. `states`: of all sources; `members`: the sources of a virtual one."""
        kinds = {kind_of(name) for name in members} if entity.source == VIRTUAL else {kind_of(entity.source)}
        if finding.kind in _HARMLESS:
            return Blinded()
        bright = bright_kinds(entity, states)
        affected = [
            detector
            for detector in {
                d.id: d for kind in sorted(kinds) for d in self._by_source.get(kind, ())
            }.values()
            if detector.stage == "live" and self._reads(detector, kinds, finding)
        ]
        whole = finding.kind in _DARK or finding.kind is FindingKind.THIN
        dark = [d for d in affected if whole and not (set(d.sources) - kinds) & bright]
        partly = [detector for detector in affected if detector not in dark]
        lost = {detector.id for detector in dark}
        techniques = dict.fromkeys(technique for detector in dark for technique in detector.techniques)
        # What lacks a field still serves those that do not need it.
        lit = bright - kinds if finding.kind in _DARK else bright | kinds
        blind = tuple(t for t in techniques if not self._still_seen(t, lost, lit))
        degraded = dict.fromkeys([*techniques, *(t for detector in partly for t in detector.techniques)])
        return Blinded(
            tuple(detector.id for detector in dark),
            tuple(detector.id for detector in partly),
            blind,
            tuple(technique for technique in degraded if technique not in blind),
        )

    def _reads(self, detector: Detector, kinds: Collection[str], finding: SourceFinding) -> bool:
        if finding.kind is not FindingKind.THIN:
            return True
        thin = {name.strip() for name in finding.detail.split(",")}
        needed: Mapping[str, Iterable[str]] = self._required.get(detector.id, {})
        return any(thin & set(needed.get(kind, ())) for kind in kinds)

    def _still_seen(self, technique: str, lost: Collection[str], lit: Collection[str]) -> bool:
        return any(
            detector.id not in lost and any(source in lit for source in detector.sources)
            for detector in self._by_technique.get(technique, ())
        )


def together(parts: Iterable[Blinded]) -> Blinded:
    """What several findings take away between them."""
    found = list(parts)
    if len(found) == 1:
        return found[0]
    dark = dict.fromkeys(name for one in found for name in one.detectors)
    blind = dict.fromkeys(name for one in found for name in one.techniques)
    partly = dict.fromkeys(name for one in found for name in one.degraded_detectors if name not in dark)
    degraded = dict.fromkeys(name for one in found for name in one.degraded_techniques if name not in blind)
    return Blinded(tuple(dark), tuple(partly), tuple(blind), tuple(degraded))


def bright_kinds(entity: Entity, states: Iterable[SourceState]) -> set[str]:
    """The kinds of sources that still speak for the tenant of `entity`; those without a tenant speak for all."""
    return {
        kind_of(state.entity.source)
        for state in states
        if state.entity != entity
        and state.last_seen is not None
        and not state.is_dark
        and (not entity.tenant or state.entity.tenant in ("", entity.tenant))
    }
