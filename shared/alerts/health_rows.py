"""Rows about the health of telemetry and collector, for the workspace.

Pure; `shared.upkeep.health_stream` sends them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from shared.alerts.alert import event_uid
from shared.alerts.alert_row import stamp
from shared.alerts.health_columns import BY_NAME, COLLECTOR, EPISODE, SOURCE
from shared.alerts.text import neutralised, shortened
from shared.base.version import VERSION
from shared.heartbeat.entity import Entity
from shared.heartbeat.source_episodes import SourceEpisode
from shared.heartbeat.state import HEALTHY, SourceState, moment

HealthRow = dict[str, object]

MOST_SOURCES: Final = 5_000
"""Rows of sources an hour, those in trouble first: so many cost some 100 MB a day. The rest is in the store."""


class Journey(NamedTuple):
    """The way of a canary: sent, taken by the hub, counted by the collector."""

    sent: datetime
    enqueued: datetime
    processed: datetime


def collector_row(
    states: Sequence[SourceState],
    behind: timedelta,
    damaged: int,
    customer: str,
    now: datetime,
    canary: Journey | None = None,
) -> HealthRow:
    """That the collector is alive; when these rows stop, a rule in the workspace says so.

    `canary` goes on with the row: delivered when it is sent, and queryable when the workspace has it.
    """
    journey = (
        {}
        if canary is None
        else {
            "CanarySent": stamp(canary.sent),
            "CanaryEnqueued": stamp(canary.enqueued),
            "CanaryProcessed": stamp(canary.processed),
        }
    )
    return _row(
        COLLECTOR,
        customer,
        now,
        Sources=len(states),
        InTrouble=sum(1 for state in states if state.state != HEALTHY),
        BehindSeconds=behind.total_seconds(),
        DamagedRows=damaged,
        **journey,
    )


def source_rows(states: Iterable[SourceState], customer: str, now: datetime) -> list[HealthRow]:
    """How each source is; at most `MOST_SOURCES`."""
    gravest = sorted(states, key=lambda state: (state.state == HEALTHY, state.entity))
    return [_source_row(state, customer, now) for state in gravest[:MOST_SOURCES]]


def episode_rows(episodes: Iterable[SourceEpisode], customer: str, now: datetime) -> list[HealthRow]:
    """What is or was wrong; the newest."""
    newest = sorted(episodes, key=lambda episode: episode.begun, reverse=True)
    return [_episode_row(episode, customer, now) for episode in newest[:MOST_SOURCES]]


def _source_row(state: SourceState, customer: str, now: datetime) -> HealthRow:
    return _row(
        SOURCE,
        customer,
        now,
        **_named(state.entity),
        State=state.state,
        StateSince=stamp(state.since),
        FirstSeen=_stamp(state.first_seen),
        LastSeen=_stamp(state.last_seen),
        LastEvent=_stamp(state.last_event),
        RecordsDay=state.count_24h,
        LagSeconds=round(state.lag_seconds, 3),
        AllowedGapSeconds=int(state.allowed_gap.total_seconds()) if state.allowed_gap is not None else None,
        Reporters=state.reporters,
    )


def _episode_row(episode: SourceEpisode, customer: str, now: datetime) -> HealthRow:
    return _row(
        EPISODE,
        customer,
        now,
        **_named(episode.entity),
        EpisodeId=event_uid(customer, "episode", episode.kind.value, *episode.entity, int(episode.begun)),
        Finding=episode.kind.value,
        Begun=stamp(moment(episode.begun)),
        Ended=stamp(moment(episode.ended)) if episode.ended is not None else None,
        Why=episode.why,
        Mute=episode.mute,
    )


def _named(entity: Entity) -> Mapping[str, str]:
    return {
        "Source": entity.source,
        "SourceTenantId": entity.tenant,
        "Category": entity.category,
        "Dimension": entity.dimension,
    }


def _row(kind: str, customer: str, now: datetime, **values: object) -> HealthRow:
    """A row without what is not known; its texts are safe to show and fit their columns."""
    row: HealthRow = {"TimeGenerated": stamp(now), "RowKind": kind, "Customer": customer, "Version": VERSION}
    safe = {
        name: shortened(neutralised(value), BY_NAME[name].limit) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return row | {name: value for name, value in safe.items() if value not in (None, "")}


def _stamp(time: datetime | None) -> str | None:
    return stamp(time) if time is not None else None
