"""Score what was played: which faults were found, how soon, and which alerts told of nothing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lab.drift.faults import FOUND_BY, Fault
from lab.drift.play import Played
from lab.drift.source import FiveMinutes, Source
from lab.drift.worlds import DAYS
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.judgement.observation import HOUR, SLOT

QUARTER: Final = 15 * 60.0


@dataclass(frozen=True)
class Outcome:
    """What became of a fault. after: seconds from its beginning to the alert, None if there was none."""

    kind: str
    fault: Fault
    allowed: float
    after: float | None

    @property
    def in_time(self) -> bool:
        """Whether it was found as soon as it must be."""
        return self.after is not None and self.after <= self.allowed


@dataclass(frozen=True)
class FalseAlert:
    """An alert that no fault explains. day: of the sixty, from 0. special: it fell on a weekend or a holiday, on the
    morning after, or within two days of a change of the clocks.
    """

    finding: FindingKind
    day: float
    special: bool


@dataclass(frozen=True)
class Score:
    """All outcomes of one source, and its false alerts. largest: bytes that judgement remembered of it at most."""

    kind: str
    regular: bool
    outcomes: Sequence[Outcome]
    false: Sequence[FalseAlert]
    largest: int
    months: float = DAYS / 30


def score(played: Played, ordinary: Sequence[FiveMinutes]) -> Score:
    """The score of a played source. ordinary: its five minutes as they would have been without faults."""
    source = played.source
    active = _active_minutes(source, ordinary)
    outcomes = [
        Outcome(
            source.profile.kind,
            fault,
            allowed(source, fault, active),
            _found_after(played, fault),
        )
        for fault in source.faults
        if FOUND_BY[fault.name]
    ]
    told = [
        (at, verdict) for at, verdict in played.alerts if verdict.change in {Change.OPENED, Change.FLAPPING}
    ]
    false = [
        FalseAlert(
            verdict.finding.kind, (at - source.world.first_hour * HOUR) / 86_400, _is_special(source, at)
        )
        for at, verdict in told
        if not any(fault.explains(verdict.finding.kind, at) for fault in source.faults)
    ]
    return Score(source.profile.kind, source.profile.regular, outcomes, false, played.largest)


def _found_after(played: Played, fault: Fault) -> float | None:
    for at, verdict in played.alerts:
        if fault.start < at <= fault.end + QUARTER and verdict.finding.kind in FOUND_BY[fault.name]:
            return at - fault.start
    return None


def allowed(source: Source, fault: Fault, active: Sequence[float]) -> float:
    """How soon a fault must be found, in seconds.

    A complete outage of a regular source within a quarter of an hour, or three of its usual pauses: the 99th percentile
    of those that touch the same time of comparable days. Of a sparse one within two of the 99th percentile of all. A
    drop within two hours; what was declared and never came within a day and an hour; anything else before it is over.
    """
    if fault.name == "sparse outage":
        gaps = sorted(later - earlier for earlier, later in pairwise(active))
        return 2 * gaps[int(0.99 * (len(gaps) - 1))]
    if fault.name == "outage":
        return max(QUARTER, 3 * _usual_gap(source, fault.start, active))
    if fault.name == "drop":
        return 2 * 3600.0
    if fault.name == "never seen":
        return 25 * 3600.0
    return fault.end - fault.start + QUARTER


def _usual_gap(source: Source, moment: float, active: Sequence[float]) -> float:
    calendar = source.world.calendar
    here = calendar.local(int(moment) // HOUR)
    gaps: list[float] = []
    for hour in range(source.world.first_hour + 24, source.world.last_hour - 24):
        there = calendar.local(hour)
        if there.hour != here.hour or there.working != here.working:
            continue
        start = bisect_left(active, hour * HOUR - 1800.0)
        end = bisect_left(active, hour * HOUR + 5400.0)
        around = active[max(0, start - 1) : end + 1]
        gaps += (later - earlier for earlier, later in pairwise(around))
    gaps.sort()
    return gaps[int(0.99 * (len(gaps) - 1))] if gaps else 0.0


def _active_minutes(source: Source, slots: Sequence[FiveMinutes]) -> list[float]:
    first = source.world.first_hour * HOUR
    return [
        first + place * SLOT + 60.0 * minute + 30
        for place, slot in enumerate(slots)
        for minute in range(5)
        if slot.minutes >> minute & 1
    ]


def _is_special(source: Source, moment: float) -> bool:
    calendar, hour = source.world.calendar, int(moment) // HOUR
    offsets = {calendar.local(hour + 24 * day).offset for day in (-2, -1, 0)}
    morning_after = calendar.local(hour - 12)
    return len(offsets) > 1 or not calendar.local(hour).working or not morning_after.working
