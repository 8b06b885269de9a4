"""What the report says of a source beside its state: why its alerts are muted, and what it blinds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from shared.coverage.blinding import Blinded, together
from shared.heartbeat.entity import Entity, kind_of
from shared.heartbeat.judgement.policy import Policy
from shared.heartbeat.judgement.verdict import SourceFinding
from shared.heartbeat.state import HEALTHY, SourceState, moment
from shared.upkeep.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class Quiet:
    """Why alerts about a source are muted now. by: who acknowledged it, or the name of the announced work."""

    reason: Literal["acknowledged", "maintenance", "training"]
    by: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What is known about a source's trouble: `quiet`: why its alerts are muted, and what it blinds."""

    quiet: tuple[Quiet, ...] = ()
    blinded: Blinded = field(default_factory=Blinded)


NO_NOTE = SourceNote()


def notes_of(states: Sequence[SourceState], telemetry: Telemetry, now: datetime) -> dict[Entity, SourceNote]:
    """A note for each source that has something to say beside its state."""
    # One source of a kind and tenant that is seen says as much as all of them: those may be a hundred thousand.
    bright = {
        (kind_of(state.entity.source), state.entity.tenant): state
        for state in states
        if state.last_seen is not None and not state.is_dark
    }
    seen = tuple(bright.values())
    known: dict[tuple[str, str, str, str, str], Blinded] = {}

    def blinded(finding: SourceFinding, entity: Entity) -> Blinded:
        category = entity.category if telemetry.policies.virtual(entity) is not None else ""
        key = (entity.source, entity.tenant, category, finding.kind.value, finding.detail)
        if key not in known:
            known[key] = telemetry.blinded(finding, entity, seen)
        return known[key]

    found: dict[Entity, SourceNote] = {}
    for state in states:
        quiet = quiet_now(state, telemetry.policies.of(state.entity), now)
        lost = together(blinded(finding, state.entity) for finding in state.findings)
        note = SourceNote(quiet, lost)
        if note != NO_NOTE:
            found[state.entity] = note
    return found


def quiet_now(state: SourceState, policy: Policy, now: datetime) -> tuple[Quiet, ...]:
    """Why alerts about this source are muted now: announced work, training, or an acknowledgement."""
    seconds = now.timestamp()
    found = [
        Quiet("maintenance", span.name, moment(span.end))
        for span in policy.maintenance
        if span.holds(seconds)
    ]
    if policy.training and state.state != HEALTHY:
        found.append(Quiet("training"))
    found += [
        Quiet("acknowledged", one.by, moment(one.until))
        for one in policy.acknowledged
        if one.at <= seconds < one.until
        and any(one.kind in {None, finding.kind} and finding.since <= one.at for finding in state.findings)
    ]
    return tuple(found)


def known_about(states: Iterable[SourceState], notes: Mapping[Entity, SourceNote]) -> int:
    """How many of these sources have their alerts muted."""
    return sum(1 for state in states if notes.get(state.entity, NO_NOTE).quiet)
