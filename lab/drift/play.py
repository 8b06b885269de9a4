"""Play a source through the judge: a check every five minutes of sixty days, with the judge that the collector uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lab.drift.source import FiveMinutes, Source, hour_so_far
from shared.heartbeat.judgement.entity_check import judge
from shared.heartbeat.judgement.memory import EntityMemory
from shared.heartbeat.judgement.observation import HOUR, SLOT, Hour, Observation
from shared.heartbeat.judgement.policy import Policy, Span
from shared.heartbeat.judgement.verdict import Verdict
from shared.heartbeat.judgement.volume import Usual, usual_in


@dataclass
class Played:
    """What came of a source: its verdicts with their times; by the hour what was usual then, and what came.

    largest: bytes that judgement remembered of it at most. written: how often that changed.
    """

    source: Source
    verdicts: list[tuple[float, Verdict]] = field(default_factory=list)
    usual: dict[int, Usual | None] = field(default_factory=dict)
    volume: dict[int, int] = field(default_factory=dict)
    memory: EntityMemory = field(default_factory=EntityMemory)
    largest: int = 0
    written: int = 0

    @property
    def alerts(self) -> list[tuple[float, Verdict]]:
        """The verdicts that somebody is told."""
        return [(at, verdict) for at, verdict in self.verdicts if verdict.raises_alert]


def policy_of(source: Source) -> Policy:
    """How a source is judged whose customer declares calendar, planned work and what is expected; the rest as is."""
    work = tuple(Span(f.start - 600, f.end + 600) for f in source.faults if f.name == "planned outage")
    expected = next((fault.start for fault in source.faults if fault.name == "never seen"), None)
    return Policy(
        calendar=source.world.calendar,
        maintenance=work,
        expected_since=expected,
        spread=len(source.name) % 12,
    )


def play(source: Source, slots: Sequence[FiveMinutes]) -> Played:
    """All checks of a source."""
    played, policy = Played(source), policy_of(source)
    hours: dict[int, Hour] = {}
    parts: list[FiveMinutes] = []
    first = last = None
    for place, part in enumerate(slots):
        start = source.world.first_hour * HOUR + place * SLOT
        hour = start // HOUR
        if start % HOUR == 0:
            parts = []
            hours = {known: value for known, value in hours.items() if known >= hour - 4}
        parts.append(part)
        if part.count or part.undecoded:
            hours[hour] = hour_so_far(parts)
        if part.count:
            last = start + 60.0 * (part.minutes.bit_length() - 1) + 30
            first = first or last
        now = float(start + SLOT)
        judgement = judge(Observation(now, hours, first, last), policy, played.memory)
        if judgement.memory is not played.memory:
            played.written += 1
            if played.written % 50 == 0:
                played.largest = max(played.largest, len(judgement.memory.to_bytes()))
        played.memory = judgement.memory
        played.verdicts += ((now, verdict) for verdict in judgement.verdicts)
        if start % HOUR == 0:
            played.usual[hour] = usual_in(played.memory.history, policy.calendar, hour)
        played.volume[hour] = played.volume.get(hour, 0) + part.count
    return played
