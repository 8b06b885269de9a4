"""Learning: each hour that is over, and was an ordinary one, is folded into the memory.

An hour is folded one to two hours after its end, when it is known whether it belongs to an outage. Hours of outages and
of maintenance are unknown ever after; hours of unusual volume teach nothing about volume.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from shared.heartbeat.judgement import quality
from shared.heartbeat.judgement.history import KEPT
from shared.heartbeat.judgement.kinds import Change, Kind
from shared.heartbeat.judgement.memory import Memory, Track
from shared.heartbeat.judgement.observation import HOUR, SLOT, Hour, Observation
from shared.heartbeat.judgement.policy import Policy
from shared.heartbeat.judgement.scale import rescaled
from shared.heartbeat.judgement.silence import after_hour, expected_in, remembered, speaks_rarely
from shared.heartbeat.judgement.verdict import Verdict

_NOTHING: Final = Hour()
_VOLUME: Final = (Kind.LOW, Kind.HIGH)


def fold(memory: Memory, observation: Observation, policy: Policy) -> Memory:
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


def _with_hour(memory: Memory, hour: int, seen: Hour, policy: Policy) -> Memory:
    history = memory.history
    start, end = float(hour * HOUR), float((hour + 1) * HOUR)
    announced = any(span.start < end and start < span.end for span in policy.maintenance)
    outage = announced or _overlaps(memory.tracks.get(Kind.SILENT), start, end)
    unusual = outage or any(_overlaps(memory.tracks.get(kind), start, end) for kind in _VOLUME)
    longest, pause = 0.0, 0.0
    if not outage:
        expected = expected_in(history, policy.calendar, hour, speaks_rarely(history))
        longest, pause = after_hour(seen.minutes, expected, memory.pause)
    folded = history.with_hour(None if unusual else seen.count, None if outage else seen.minutes.bit_count())
    wrong = frozenset(name for name, track in memory.tracks.items() if track.recent)
    day = hour // 24
    return replace(
        memory,
        folded=folded.folded,
        counts=folded.counts,
        activity=folded.activity,
        pauses=remembered(memory.pauses, longest, day, memory.pause_day),
        pause_day=day if longest > 0 else memory.pause_day,
        pause=pause,
        **dict(quality.learnt(memory, seen, hour, wrong)),
    )


def _overlaps(track: Track | None, start: float, end: float) -> bool:
    if track is None:
        return False
    open_now = bool(track.opened_at) and track.since < end
    return open_now or (track.closed_since < end and start < track.closed_at)


def accepted(memory: Memory, verdicts: Iterable[Verdict], tracks: dict[str, Track], newest: Hour) -> Memory:
    """The memory after a new level, lag, fill rate or shape was taken for the new usual. tracks: before it was."""
    for verdict in verdicts:
        if verdict.change is not Change.ACCEPTED:
            continue
        kind = verdict.finding.kind
        if kind in _VOLUME:
            memory = replace(memory, counts=rescaled(memory.counts, tracks[kind].level or 1.0))
        elif kind is Kind.LATE:
            memory = replace(memory, lag=verdict.finding.seen)
        elif kind is Kind.THIN:
            shares = {
                name: newest.filled.get(name, 0) / max(1, newest.sampled)
                for name in verdict.finding.detail.split(", ")
            }
            memory = replace(memory, fields=memory.fields | shares)
        elif kind is Kind.CHANGED:
            memory = replace(memory, shapes=memory.shapes | dict.fromkeys(newest.shapes, memory.folded))
    return memory
