"""Play a source through the judge: a check every five minutes of sixty days, with the judge that the collector uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from drift.source import FiveMinutes, Source, hour_so_far
from shared.heartbeat.judgement.judge import judge
from shared.heartbeat.judgement.memory import Memory
from shared.heartbeat.judgement.observation import HOUR, SLOT, Hour, Observation
from shared.heartbeat.judgement.policy import Policy, Span
from shared.heartbeat.judgement.verdict import Band, Verdict


@dataclass
class Played:
    """What came of a source: its verdicts with their times, and what was known at each check."""

    source: Source
    verdicts: list[tuple[float, Verdict]] = field(default_factory=list)
    bands: list[Band | None] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    largest: int = 0
    written: int = 0

    @property
    def alerts(self) -> list[tuple[float, Verdict]]:
        """The verdicts that somebody is told."""
        return [(at, verdict) for at, verdict in self.verdicts if verdict.tell]


def policy_of(source: Source) -> Policy:
    """How a customer who declares a calendar, and planned work, has a source judged; all else is as it comes."""
    work = tuple(Span(f.start - 600, f.end + 600) for f in source.faults if f.name == "planned outage")
    return Policy(calendar=source.world.calendar, maintenance=work, spread=len(source.name) % 12)


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
        played.bands.append(judgement.band)
    return played
