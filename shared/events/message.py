"""What the hub hands over: messages in batches, and the place of a record in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Message:
    """One Event Hub event: its exact body, its number within the partition, and when the hub took it (UTC)."""

    body: bytes
    sequence_number: int
    enqueued_time: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of one hub partition in the order of their sequence numbers."""

    hub: str
    partition: str
    messages: tuple[Message, ...]


class Origin(NamedTuple):
    """Where a record was read: hub, partition, sequence number of its message, and its place in the body."""

    hub: str
    partition: str
    sequence_number: int
    place: int
    enqueued_time: datetime

    def reference(self) -> str:
        """A short name of the place, as it stands in an alert's evidence."""
        return f"{self.hub}/{self.partition}/{self.sequence_number}/{self.place}"
