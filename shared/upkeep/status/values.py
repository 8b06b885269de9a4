"""Parts of the report as plain JSON values, for the JSON of the status page and the lines of `telltale health`."""

from __future__ import annotations

from datetime import datetime

from shared.alerts.text import neutralised
from shared.events.times import rfc3339
from shared.heartbeat.source_episodes import SourceEpisode
from shared.heartbeat.state import SourceState, moment
from shared.upkeep.canary.canary_watch import PartitionState
from shared.upkeep.log_settings.log_settings_watch import KnownDifference
from shared.upkeep.status.notes import NO_NOTE, SourceNote


def source_values(state: SourceState, note: SourceNote = NO_NOTE) -> dict[str, object]:
    """A source, its state, why its alerts are muted, and what it blinds; what is not known is null."""
    blinded = note.blinded
    return {
        "source": neutralised(state.entity.source),
        "tenant": neutralised(state.entity.tenant) or None,
        "category": neutralised(state.entity.category) or None,
        "state": state.state,
        "since": rfc3339(state.since),
        "first_seen": _time(state.first_seen),
        "last_seen": _time(state.last_seen),
        "last_event": _time(state.last_event),
        "lag_seconds": round(state.lag_seconds, 3),
        "records_24h": state.count_24h,
        "reporters": state.reporters,
        "dimension": neutralised(state.entity.dimension) or None,
        "findings": [
            {
                "finding": finding.kind.value,
                "since": rfc3339(moment(finding.since)),
                "why": neutralised(finding.why),
            }
            for finding in state.findings
        ],
        "allowed_gap_seconds": state.allowed_gap.total_seconds() if state.allowed_gap is not None else None,
        "quiet": [
            {"reason": one.reason, "by": neutralised(one.by) or None, "until": _time(one.until)}
            for one in note.quiet
        ],
        "blind_detectors": list(blinded.detectors),
        "degraded_detectors": list(blinded.degraded_detectors),
        "blind_techniques": list(blinded.techniques),
        "degraded_techniques": list(blinded.degraded_techniques),
    }


def episode_values(episode: SourceEpisode) -> dict[str, object]:
    """What was wrong with a source, from when to when, as plain JSON values; what is not known is null."""
    return {
        "source": neutralised(episode.entity.source),
        "tenant": neutralised(episode.entity.tenant) or None,
        "category": neutralised(episode.entity.category) or None,
        "dimension": neutralised(episode.entity.dimension) or None,
        "finding": episode.kind.value,
        "from": rfc3339(moment(episode.begun)),
        "to": rfc3339(moment(episode.ended)) if episode.ended is not None else None,
        "severity": episode.severity,
        "mute": episode.mute or None,
        "why": neutralised(episode.why),
    }


def partition_values(partition: PartitionState, now: datetime) -> dict[str, object]:
    """A hub partition as its last canary showed it; seconds, and null for what is not known."""
    took = partition.took
    return {
        "hub": neutralised(partition.hub),
        "partition": neutralised(partition.partition),
        "state": partition.state(now),
        "since": rfc3339(partition.since),
        "trouble": neutralised(partition.trouble) or None,
        "last_canary": rfc3339(partition.sent),
        "canary_seconds": round(took.total_seconds(), 3) if took is not None else None,
        "behind_seconds": round(partition.behind.total_seconds(), 3),
        "unprocessed": partition.unprocessed,
    }


def difference_values(known: KnownDifference) -> dict[str, object]:
    """Something about log settings that is not as declared, since when."""
    one = known.difference
    return {
        "difference": one.lack.value,
        "subject": neutralised(one.subject),
        "category": neutralised(one.category) or None,
        "resource_type": neutralised(one.resource_type) or None,
        "since": rfc3339(known.since),
        "detail": neutralised(one.detail),
    }


def _time(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment is not None else None
