"""Turns what the Event Hub trigger hands over into the collector's own `Batch`, for `functions.collect`.

Every event of a trigger carries the metadata of its whole batch, in which the Event Hubs extension puts the
partition context as JSON: {"PartitionId": "0", "EventHubName": ..., "ConsumerGroup": ...}.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import azure.functions as func

from shared.base.clock import SystemClock
from shared.events.message import Batch, Message


def batch_of(events: Sequence[func.EventHubEvent], hub: str = "") -> Batch:
    """The events as one batch of one partition of `hub`: the hub that the function is bound to.

    Nothing is dropped for want of metadata. Where the partition or a sequence number is missing, the batch
    gets a partition name of its own, made from its content: numbers of different partitions would otherwise
    be compared, and records taken for redelivered ones. Delivered again, the same batch gets the same name.
    """
    context = _partition_context(events)
    hub = hub or os.environ.get("TELLTALE_HUB_NAME") or str(context.get("EventHubName") or "unknown")
    partition = context.get("PartitionId")
    numbers = [event.sequence_number for event in events]
    if partition in (None, "") or None in numbers:
        partition, numbers = _name_from_content(events), list(range(len(events)))
    messages = [
        Message(event.get_body(), number or 0, _in_utc(event.enqueued_time))
        for event, number in zip(events, numbers, strict=True)
    ]
    return Batch(hub, str(partition), tuple(messages))


def _partition_context(events: Sequence[func.EventHubEvent]) -> dict[str, Any]:
    metadata = (events[0].metadata if events else None) or {}
    context = metadata.get("PartitionContext") or metadata.get("TriggerPartitionContext")
    if isinstance(context, str | bytes):
        try:
            context = json.loads(context)
        except ValueError:
            context = None
    return context if isinstance(context, dict) else {}


def _name_from_content(events: Sequence[func.EventHubEvent]) -> str:
    digest = blake2b(digest_size=8)
    for event in events:
        digest.update(f"{event.sequence_number} {event.enqueued_time} {len(event.get_body())} ".encode())
        digest.update(event.get_body())
    return f"unidentified-{digest.hexdigest()}"


def _in_utc(time: datetime | None) -> datetime:
    if time is None:
        return SystemClock().now()
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
