"""What became of the canaries, as pure functions: sent, taken by the hub, processed; and how far behind that is.

Called by `canary_watch.py` with what the hub and the heartbeat rows say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from shared.events.sources.telltale_canary import CATEGORY, telltale_canary
from shared.events.times import rfc3339
from shared.heartbeat.heartbeat_rows import Heartbeats
from shared.storage import safe_key
from shared.upkeep.canary.hub import PartitionEnd

LOST_AFTER = timedelta(minutes=10)
"""A canary that has not come out by then is lost, or the partition is not processed."""

BEHIND_AFTER = timedelta(minutes=10)
"""A partition is behind when what was processed last is older than this, and more has come since."""

_TRUNCATION = timedelta(seconds=1)  # a heartbeat row holds times to a second where they are read in bulk


@dataclass(frozen=True, slots=True)
class Arrival:
    """The newest canary that came out of a partition: sent, taken by the hub, processed (UTC)."""

    sent: datetime
    enqueued: datetime
    processed: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a partition is processed: the highest sequence number in its rows, and its times."""

    sequence_number: int
    enqueued: datetime
    arrival: Arrival | None


@dataclass(frozen=True, slots=True)
class PartitionHealth:
    """A partition as it stands. unprocessed: messages that the hub has and no row has counted yet; None: not known.

    behind: how old the newest processed message is while more wait; zero where nothing waits. trouble: in words.
    """

    hub: str
    partition: str
    sent: datetime | None
    arrival: Arrival | None
    unprocessed: int | None
    behind: timedelta
    trouble: str | None


def body_of(hub: str, partition: str, now: datetime) -> bytes:
    """The canary for a partition, sent `now`."""
    time = rfc3339(now)
    return orjson.dumps(
        {
            "time": time,
            "category": CATEGORY,
            "operationName": "Canary",
            "canary": f"{hub}/{partition}/{time}",
            "hub": hub,
            "partition": partition,
        }
    )


def progress_of(heartbeats: Heartbeats, now: datetime, look_back: timedelta) -> dict[str, Progress]:
    """How far each partition (named as the writer of its rows) is processed; a few operations a partition.

    A canary that came out longer ago than `look_back` is as none.
    """
    hours = int(look_back / timedelta(hours=1))
    found: dict[str, Progress] = {}
    for clock in heartbeats.clocks():
        beat = heartbeats.newest_of(clock.owner, telltale_canary.id, now, hours)
        arrival = Arrival(beat.last, beat.enqueued, beat.processed) if beat is not None else None
        found[clock.owner] = Progress(clock.sequence_number, clock.enqueued, arrival)
    return found


def judged(
    hub: str,
    ends: Iterable[PartitionEnd],
    progress: Mapping[str, Progress],
    sent: Mapping[str, datetime],
    now: datetime,
) -> list[PartitionHealth]:
    """Every partition of `hub`: `progress` by the writer of rows, `sent` the last canary by partition."""
    return [
        _health(hub, end, progress.get(safe_key(f"{hub}|{end.partition}")), sent.get(end.partition), now)
        for end in ends
    ]


def _health(
    hub: str, end: PartitionEnd, progress: Progress | None, sent: datetime | None, now: datetime
) -> PartitionHealth:
    arrival = progress.arrival if progress else None
    unprocessed: int | None = None
    behind = timedelta()
    if progress is not None:
        # A hub that was made anew counts from the beginning again: then nothing can be said until rows of it exist.
        unprocessed = end.sequence_number - progress.sequence_number
        if unprocessed < 0:
            unprocessed = None
        elif unprocessed:
            behind = now - progress.enqueued
    came_out = sent is None or (arrival is not None and arrival.sent >= sent - _TRUNCATION)
    trouble = None
    if behind > BEHIND_AFTER:
        trouble = f"{unprocessed} messages wait; the newest processed is {_minutes(behind)} old"
    elif not came_out and sent is not None and now - sent > LOST_AFTER:
        trouble = f"the canary sent {_minutes(now - sent)} ago has not come out"
    return PartitionHealth(hub, end.partition, sent, arrival, unprocessed, behind, trouble)


def _minutes(span: timedelta) -> str:
    minutes = span.total_seconds() / 60
    return f"{minutes:.0f} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"
