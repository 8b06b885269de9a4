"""From the findings of each check to alerts: one when a finding is steady, more while it lasts, one when it is over.

A `Track` follows one kind of finding of one entity. A check may find it (a `SourceFinding`), find it gone (False), or
not be able to say (None), as volume at night; the last changes nothing.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec.structs import replace

from shared.heartbeat.judgement._priority import priority, severity
from shared.heartbeat.judgement.finding_kinds import Change, FindingKind, Mute
from shared.heartbeat.judgement.memory import Track
from shared.heartbeat.judgement.policy import Policy
from shared.heartbeat.judgement.verdict import SourceFinding, Verdict

Signal = SourceFinding | Literal[False] | None

_AT_ONCE: Final = frozenset(
    {FindingKind.SILENT, FindingKind.NEVER_SEEN, FindingKind.NOT_CONFIGURED, FindingKind.SHORT_LIVED}
)
"""Kinds that do not become steadier by looking again: their patience is in the judgement itself."""
_ACCEPTED: Final = frozenset(
    {FindingKind.LOW, FindingKind.HIGH, FindingKind.LATE, FindingKind.THIN, FindingKind.CHANGED}
)
"""Kinds that may become the new usual."""
_ESCALATED: Final = frozenset(FindingKind) - {FindingKind.HIGH, FindingKind.CHANGED, FindingKind.SHORT_LIVED}
_MOST_OPENINGS: Final = 8
_MOST_ALERTS: Final = 4
_BITS: Final = (1 << 16) - 1


def next_track(
    track: Track, kind: FindingKind, signal: Signal, policy: Policy, now: float, covered: bool = False
) -> tuple[Track, Verdict | None]:
    """The track after one more check, and what became of the finding. covered: another finding says it already."""
    if signal is None:
        return track, None
    if signal is False:
        return _without(track, kind, policy, now)
    since = min(track.since or signal.since, signal.since)
    recent = (track.recent << 1 | 1) & _BITS
    track = replace(track, recent=recent, since=since)
    if not track.opened_at:
        return _perhaps_opened(track, kind, signal, policy, now, covered)
    if kind in _ACCEPTED and policy.accept_after is not None and now - track.since >= policy.accept_after:
        return _closed(track, now), _verdict(
            signal, Change.ACCEPTED, track, policy, _mute(track, kind, policy, now)
        )
    return _still_open(track, kind, signal, policy, now, covered)


def _without(track: Track, kind: FindingKind, policy: Policy, now: float) -> tuple[Track, Verdict | None]:
    recent = track.recent << 1 & _BITS
    if not track.opened_at:
        openings = tuple(at for at in track.openings if now - at < policy.hysteresis.flap_period)
        quiet = now - track.closed_at >= policy.hysteresis.cooldown
        if not recent & (1 << policy.hysteresis.of) - 1:
            recent = 0
        if (
            track.flapping and not openings and not recent
        ):  # steady again: the end of the flapping that was reported
            over = SourceFinding(kind, track.since, 0.0, 0.0, 0.0, "", "it has been steady again")
            mute = Mute.TRAINING if policy.training else None
            return Track(), _verdict(over, Change.RECOVERED, track, policy, mute)
        if recent or openings or not quiet:
            since = track.since if recent else 0.0
            kept = replace(track, recent=recent, since=since, openings=openings)
            return (track if kept == track else kept), None
        return Track(), None
    clear = 2 if kind in _AT_ONCE else policy.hysteresis.clear
    if recent & (1 << min(clear, policy.hysteresis.clear)) - 1:
        return replace(track, recent=recent), None
    over = SourceFinding(kind, track.since, 0.0, 0.0, 0.0, "", "it is over")
    mute = None if track.alerts else _mute(track, kind, policy, now) or Mute.COOLDOWN
    if track.flapping:
        mute = Mute.FLAPPING
    return _closed(track, now), _verdict(over, Change.RECOVERED, track, policy, mute)


def _closed(track: Track, now: float) -> Track:
    return Track(closed_since=track.since, closed_at=now, openings=track.openings, flapping=track.flapping)


def _perhaps_opened(
    track: Track, kind: FindingKind, signal: SourceFinding, policy: Policy, now: float, covered: bool
) -> tuple[Track, Verdict | None]:
    hysteresis = policy.hysteresis
    found = (track.recent & (1 << hysteresis.of) - 1).bit_count()
    if kind not in _AT_ONCE and found < hysteresis.checks:
        return track, None
    openings = (*(at for at in track.openings if now - at < hysteresis.flap_period), now)[-_MOST_OPENINGS:]
    began_flapping = len(openings) > hysteresis.flaps and not track.flapping
    flapping = track.flapping or began_flapping
    track = replace(track, opened_at=now, openings=openings, flapping=flapping)
    mute = Mute.COVERED if covered else _mute(track, kind, policy, now)
    change = Change.OPENED
    if began_flapping:
        change, mute = Change.FLAPPING, None if mute in {Mute.FLAPPING, Mute.COOLDOWN} else mute
    if mute is None:
        track = replace(track, alerts=1, alerted_at=now)
    return track, _verdict(signal, change, track, policy, mute)


def _still_open(
    track: Track, kind: FindingKind, signal: SourceFinding, policy: Policy, now: float, covered: bool
) -> tuple[Track, Verdict | None]:
    mute = Mute.COVERED if covered else _mute(track, kind, policy, now)
    if mute is not None:
        return track, None
    if not track.alerts:  # what kept it quiet is over, and it still stands
        alerted = replace(track, alerts=1, alerted_at=now)
        return alerted, _verdict(signal, Change.OPENED, alerted, policy, None)
    lasts = now - track.opened_at >= policy.hysteresis.escalate_after * 2 ** (track.alerts - 1)
    if kind not in _ESCALATED or not lasts or track.alerts >= _MOST_ALERTS:
        return track, None
    alerted = replace(track, alerts=track.alerts + 1, alerted_at=now)
    return alerted, _verdict(signal, Change.ESCALATED, alerted, policy, None)


def _mute(track: Track, kind: FindingKind, policy: Policy, now: float) -> Mute | None:
    if policy.training:
        return Mute.TRAINING
    if any(span.holds(now) for span in policy.maintenance):
        return Mute.MAINTENANCE
    for acknowledgement in policy.acknowledged:
        if (
            acknowledgement.kind in {None, kind}
            and track.opened_at <= acknowledgement.at <= now < acknowledgement.until
        ):
            return Mute.ACKNOWLEDGED
    if track.flapping and now - track.opened_at < policy.hysteresis.escalate_after:
        return Mute.FLAPPING
    if track.closed_at and now - track.closed_at < policy.hysteresis.cooldown:
        return Mute.COOLDOWN
    return None


def _verdict(
    finding: SourceFinding, change: Change, track: Track, policy: Policy, mute: Mute | None
) -> Verdict:
    points = priority(finding.kind, policy, max(0, track.alerts - 1))
    return Verdict(finding, change, track.opened_at, severity(points), points, mute)
