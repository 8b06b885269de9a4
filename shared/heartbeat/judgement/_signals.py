"""What one check finds of each kind, before it is known whether that is steady: a finding, its absence, or neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from shared.heartbeat.judgement import _quality as quality
from shared.heartbeat.judgement import finding_text, volume
from shared.heartbeat.judgement._hysteresis import Signal
from shared.heartbeat.judgement._quality import Measurement
from shared.heartbeat.judgement._silence import SHORTEST, expected_between, limit
from shared.heartbeat.judgement.finding_kinds import FindingKind
from shared.heartbeat.judgement.memory import EntityMemory
from shared.heartbeat.judgement.observation import HOUR, Hour, Observation
from shared.heartbeat.judgement.policy import Policy
from shared.heartbeat.judgement.verdict import Band, SourceFinding


class Silence(NamedTuple):
    """What is found of silence: seconds since the last arrival, and how many would be allowed (None: not asked)."""

    signal: Signal
    seconds: float | None
    allowed: float | None


def silence(observation: Observation, policy: Policy, memory: EntityMemory) -> Silence:
    """Whether it is silent: by the interval that the customer set, its own pauses, or those of its kind.

    After announced work it has as long to speak again as it may pause; until then nothing can be said, unless it was
    reported as silent before.
    """
    found = _silence(observation, policy, memory, observation.last_arrival)
    until = observation.now - observation.behind
    ended = max((span.end for span in policy.maintenance if span.end <= until), default=0.0)
    spoke = observation.last_arrival
    track = memory.tracks.get(FindingKind.SILENT)
    if not found.signal or spoke is None or ended <= spoke or (track is not None and track.alerts):
        return found
    return found if _silence(observation, policy, memory, ended).signal else found._replace(signal=None)


def _silence(observation: Observation, policy: Policy, memory: EntityMemory, last: float | None) -> Silence:
    """As `silence`, as if the last record had come at `last`."""
    if last is None:
        return Silence(None, None, policy.interval)
    until = observation.now - observation.behind
    seconds = max(0.0, until - last)
    if policy.interval is not None:
        why = finding_text.silent_by_interval(seconds, policy.interval)
        return _by_seconds(last, seconds, policy.interval, why)
    if seconds <= SHORTEST:
        return Silence(False, seconds, None)
    most = limit(memory.pauses, memory.history, policy.thresholds.silence)
    if most is None:
        if policy.usual_gap is None:
            return Silence(None, seconds, None)
        return _by_seconds(
            last, seconds, policy.usual_gap, finding_text.silent_by_kind(seconds, policy.usual_gap)
        )
    track = memory.tracks.get(FindingKind.SILENT)
    goes_on = track is not None and bool(track.opened_at) and last <= track.since
    folded = float(memory.folded * HOUR)
    expected = expected_between(memory.history, policy.calendar, max(last, folded), until)
    if last < folded and last == observation.last_arrival:
        expected += memory.pause
    elif last < folded:
        expected += expected_between(memory.history, policy.calendar, last, folded)
    allowed = max(SHORTEST, seconds * most / expected) if expected > 0 else None
    if expected <= most and not goes_on:
        return Silence(False, seconds, allowed)
    most_seconds = allowed or seconds
    why = finding_text.silent_by_history(seconds, most_seconds)
    return Silence(
        SourceFinding(FindingKind.SILENT, last, seconds, 0.0, most_seconds, "seconds", why), seconds, allowed
    )


def _by_seconds(last: float, seconds: float, allowed: float, why: str) -> Silence:
    if seconds <= allowed:
        return Silence(False, seconds, allowed)
    return Silence(
        SourceFinding(FindingKind.SILENT, last, seconds, allowed, allowed, "seconds", why), seconds, allowed
    )


def never_seen(observation: Observation, policy: Policy) -> Signal:
    """Whether what was declared as expected never came."""
    if policy.expected_since is None or observation.last_arrival is not None:
        return False
    waited = observation.now - observation.behind - policy.expected_since
    if waited <= policy.expected_within:
        return False
    why = finding_text.never_seen(waited)
    return SourceFinding(
        FindingKind.NEVER_SEEN, policy.expected_since, 0.0, 1.0, policy.expected_within, "records", why
    )


def band(observation: Observation, policy: Policy, memory: EntityMemory) -> Band | None:
    """The band of the last hours; None where too little is known, or an outage or maintenance lies in them."""
    history = memory.history
    if history.days < policy.training_days:
        return None
    until = observation.now - observation.behind
    found = volume.band(history, observation.hours, policy.calendar, until)
    if found is None:
        return None
    start = found.end - found.hours * HOUR
    silent = memory.tracks.get(FindingKind.SILENT)
    if silent is not None and (silent.opened_at or silent.closed_at > start):
        return None
    return None if any(span.start < until and start < span.end for span in policy.maintenance) else found


def low(found: Band | None, policy: Policy) -> Signal:
    """Whether far fewer records came than usual."""
    wrong = None if found is None else volume.is_low(found, policy.thresholds)
    if found is None or not wrong:
        return None if wrong is None else False
    limit = min(found.low, policy.thresholds.low * found.usual)
    why = finding_text.volume(found, low=True)
    return SourceFinding(
        FindingKind.LOW, found.end - found.hours * HOUR, found.seen, found.usual, limit, "records", why
    )


def high(found: Band | None, policy: Policy, memory: EntityMemory) -> Signal:
    """Whether far more records came than usual."""
    wrong = (
        None if found is None else volume.is_high(found, policy.thresholds, memory.history, policy.calendar)
    )
    if found is None or not wrong:
        return None if wrong is None else False
    limit = max(1.5 * found.high, policy.thresholds.high * found.usual)
    why = finding_text.volume(found, low=False)
    return SourceFinding(
        FindingKind.HIGH, found.end - found.hours * HOUR, found.seen, found.usual, limit, "records", why
    )


def quality_signals(
    newest: Hour, policy: Policy, memory: EntityMemory, now: float
) -> list[tuple[FindingKind, Signal]]:
    """What is found of the records themselves."""
    thresholds = policy.thresholds
    readings: list[tuple[FindingKind, Measurement | None, str, Callable[[Measurement], str]]] = [
        (FindingKind.LATE, quality.late(newest, memory, thresholds), "seconds", finding_text.late),
        (FindingKind.SKEWED, quality.skewed(newest, thresholds), "share", finding_text.skewed),
        (
            FindingKind.MALFORMED,
            quality.malformed(newest, memory, thresholds),
            "share",
            finding_text.malformed,
        ),
        (FindingKind.THIN, quality.thin(newest, memory, policy), "share", finding_text.thin),
        (FindingKind.CHANGED, quality.changed(newest, memory, thresholds), "share", finding_text.changed),
    ]
    return [
        (kind, _signal(kind, reading, unit, worded, now) if reading is not None else None)
        for kind, reading, unit, worded in readings
    ]


def _signal(
    kind: FindingKind, reading: Measurement, unit: str, worded: Callable[[Measurement], str], now: float
) -> Signal:
    if not reading.wrong:
        return False
    return SourceFinding(
        kind, now, reading.seen, reading.usual, reading.limit, unit, worded(reading), reading.detail
    )
