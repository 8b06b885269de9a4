"""Learning: each hour that is over, and was an ordinary one, is folded into the memory.

An hour is folded one to two hours after its end, when it is known whether it belongs to an outage. Hours of outages and
of maintenance are unknown ever after; hours of unusual volume teach nothing about volume.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean as mean
from typing import Final

from msgspec.structs import replace

from shared.heartbeat.judgement import _quality as quality
from shared.heartbeat.judgement._comparable import picks
from shared.heartbeat.judgement._history import KEPT, History
from shared.heartbeat.judgement._scale import UNKNOWN, code_of, rescaled
from shared.heartbeat.judgement._silence import (
    ORDINARY,
    after_hour,
    expected_in,
    limit,
    remembered,
    speaks_rarely,
)
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind
from shared.heartbeat.judgement.memory import EntityMemory, Track
from shared.heartbeat.judgement.observation import HOUR, SLOT, Hour, Observation
from shared.heartbeat.judgement.policy import Policy
from shared.heartbeat.judgement.verdict import Verdict
from shared.heartbeat.judgement.volume import MOST_HOURS, learnt_of_volume

_NOTHING: Final = Hour()
_NO_TRACK: Final = Track()
_DAYS_BEFORE_PAUSES: Final = 7
_MOST_UTC: Final = 120.0
_VOLUME: Final = (FindingKind.LOW, FindingKind.HIGH)


def fold(memory: EntityMemory, observation: Observation, policy: Policy) -> EntityMemory:
    """The memory with every hour in it that is due; the same object where none is."""
    until = observation.now - observation.behind
    due = int(until - HOUR - policy.spread * SLOT) // HOUR
    if observation.first_arrival is None or (memory.folded and memory.folded >= due):
        return memory
    first = max(memory.folded or int(observation.first_arrival) // HOUR, due - KEPT)
    if first != memory.folded:
        memory = replace(memory, folded=first, counts=b"", activity=b"", pause=0.0)
    for hour in range(first, due):
        memory = _with_hour(memory, hour, observation.hours.get(hour, _NOTHING), policy)
    return memory


def _with_hour(memory: EntityMemory, hour: int, seen: Hour, policy: Policy) -> EntityMemory:
    history = memory.history
    start, end = float(hour * HOUR), float((hour + 1) * HOUR)
    announced = any(span.start < end and start < span.end for span in policy.maintenance)
    silent = memory.tracks.get(FindingKind.SILENT, _NO_TRACK)
    outage = announced or _overlaps(silent, start, end) or any(start <= at < end for at in silent.openings)
    longest, pause = None, 0.0
    if not announced:
        expected = expected_in(history, policy.calendar, hour, speaks_rarely(history))
        longest, pause = after_hour(seen.minutes, expected or 0.0, memory.pause)
        if expected is None or history.days < _DAYS_BEFORE_PAUSES:
            longest = None  # what a pause was worth is not known yet
        if outage and longest is not None:
            most = limit(memory.pauses, history, policy.thresholds.silence)
            outage = most is None or longest > ORDINARY * most
            longest = None if outage else longest
    unusual = outage or any(_overlaps(memory.tracks.get(kind), start, end) for kind in _VOLUME)
    sent = seen.count + max(0, seen.undecoded)  # what could not be read belongs to what is usual all the same
    comes_and_goes = silent.flapping and not announced
    swing = () if unusual else learnt_of_volume(memory, policy.calendar, hour, sent)
    folded = history.with_hour(
        None if unusual else sent, None if outage and not comes_and_goes else seen.minutes.bit_count()
    )
    wrong = frozenset(name for name, track in memory.tracks.items() if track.recent)
    day = hour // 24
    return replace(
        memory,
        folded=folded.folded,
        counts=folded.counts,
        activity=folded.activity,
        pauses=memory.pauses
        if longest is None
        else remembered(memory.pauses, longest, day, memory.pause_day),
        pause_day=memory.pause_day if longest is None else day,
        pause=pause,
        utc=memory.utc if outage else _utc(history, policy, hour, sent),
        aside=_aside(memory.aside, hour, sent if unusual else None),
        **dict(swing),
        **dict(quality.learnt(memory, seen, hour, wrong)),
    )


def _utc(history: History, policy: Policy, hour: int, count: int) -> float:
    """`EntityMemory.utc` after an hour: where the clocks were changed, which reading came closer to what came."""
    readings = picks(policy.calendar, hour, history.start, len(history.counts))
    if len(readings) == 1:
        return history.utc
    by_clock, by_utc = (
        [code for code in reading.daily(history.counts) if code != UNKNOWN] for reading in readings
    )
    if not by_clock or not by_utc:
        return history.utc
    code = code_of(count)
    better = abs(code - mean(by_clock)) - abs(code - mean(by_utc))
    return max(-_MOST_UTC, min(_MOST_UTC, history.utc + better))


def _aside(known: dict[int, int], hour: int, count: int | None) -> dict[int, int]:
    if known and min(known) <= hour - MOST_HOURS:
        known = {other: code for other, code in known.items() if other > hour - MOST_HOURS}
    return known if count is None else known | {hour: code_of(count)}


def _overlaps(track: Track | None, start: float, end: float) -> bool:
    if track is None:
        return False
    open_now = bool(track.opened_at) and track.since < end
    return open_now or (track.closed_since < end and start < track.closed_at)


def accepted(
    memory: EntityMemory, verdicts: Iterable[Verdict], tracks: dict[str, Track], newest: Hour
) -> EntityMemory:
    """The memory after a new level, lag, fill rate or shape was taken for the new usual. tracks: before it was."""
    for verdict in verdicts:
        if verdict.change is not Change.ACCEPTED:
            continue
        kind = verdict.finding.kind
        if kind in _VOLUME:
            memory = replace(memory, counts=rescaled(memory.counts, tracks[kind].level or 1.0))
        elif kind is FindingKind.LATE:
            memory = replace(memory, lag=verdict.finding.seen)
        elif kind is FindingKind.THIN:
            shares = {
                name: newest.filled.get(name, 0) / max(1, newest.sampled)
                for name in verdict.finding.detail.split(", ")
            }
            memory = replace(memory, fields=memory.fields | shares)
        elif kind is FindingKind.CHANGED:
            memory = replace(memory, shapes=memory.shapes | dict.fromkeys(newest.shapes, memory.folded))
    return memory
