"""One check of one entity: from what was seen to verdicts.

The way of a check: fold the hours that are over (`learn`), see what each kind finds (`signals`), follow each kind's
track (`hysteresis`), and learn what was accepted as the new usual. A healthy entity changes its memory once an hour; so
a store writes a twelfth of the entities at a check.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from shared.heartbeat.judgement import _signals as signals
from shared.heartbeat.judgement._hysteresis import Signal, next_track
from shared.heartbeat.judgement._learn import accepted, fold
from shared.heartbeat.judgement._quality import newest
from shared.heartbeat.judgement.finding_kinds import FindingKind
from shared.heartbeat.judgement.memory import EntityMemory, Track
from shared.heartbeat.judgement.observation import HOUR, Observation
from shared.heartbeat.judgement.policy import Policy
from shared.heartbeat.judgement.verdict import Judgement, SourceFinding, Verdict

_FRESH = Track()
_COVERS = {FindingKind.LOW: FindingKind.SILENT, FindingKind.SILENT: FindingKind.NEVER_SEEN}
_LEVEL_WEIGHT = 1 / 12


def judge(observation: Observation, policy: Policy, memory: EntityMemory) -> Judgement:
    """What is to be said of an entity now, and what to remember until the next check."""
    folded = fold(memory, observation, policy)
    until = observation.now - observation.behind
    silence = signals.silence(observation, policy, folded)
    band = signals.band(observation, policy, folded)
    records = newest(observation.hours, int(until) // HOUR)
    found: list[tuple[FindingKind, Signal]] = [
        (FindingKind.NEVER_SEEN, signals.never_seen(observation, policy)),
        (FindingKind.SILENT, silence.signal),
        (FindingKind.LOW, signals.low(band, policy)),
        (FindingKind.HIGH, signals.high(band, policy, folded)),
        *signals.quality_signals(records, policy, folded, until),
    ]
    tracks, verdicts, still_open = _followed(folded, found, policy, observation.now)
    if folded is not memory and band is not None:
        tracks = _levelled(tracks, band.seen, band.usual)
    after = accepted(folded, verdicts, folded.tracks, records)
    if tracks != after.tracks:
        after = replace(after, tracks=tracks)
    return Judgement(tuple(verdicts), tuple(still_open), after, silence.seconds, silence.allowed, band)


def _followed(
    memory: EntityMemory, found: Iterable[tuple[FindingKind, Signal]], policy: Policy, now: float
) -> tuple[dict[str, Track], list[Verdict], list[SourceFinding]]:
    tracks: dict[str, Track] = dict(memory.tracks)
    verdicts: list[Verdict] = []
    still_open: list[SourceFinding] = []
    for kind, signal in found:
        known = tracks.get(kind)
        if kind not in policy.judged or (known is None and not signal):
            continue
        above = _COVERS.get(kind)
        covered = above is not None and bool(tracks.get(above, _FRESH).opened_at)
        track, verdict = next_track(known or _FRESH, kind, signal, policy, now, covered)
        if track == _FRESH:
            tracks.pop(kind, None)
        else:
            tracks[kind] = track
        if verdict is not None:
            verdicts.append(verdict)
        if track.opened_at and signal:
            still_open.append(signal)
    return tracks, verdicts, still_open


def _levelled(tracks: dict[str, Track], seen: float, usual: float) -> dict[str, Track]:
    """The tracks of volume, with how much came of what was usual; hours of which little is expected say nothing."""
    for kind in (FindingKind.LOW, FindingKind.HIGH):
        track = tracks.get(kind)
        if track is not None and track.opened_at and usual > 0:
            level = seen / usual
            if track.level:
                level = track.level + _LEVEL_WEIGHT * (level - track.level)
            tracks[kind] = replace(track, level=level)
    return tracks
