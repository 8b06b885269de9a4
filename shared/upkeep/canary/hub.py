"""A hub as the canary needs it: what its partitions hold, and sending to one of them.

`EventHub` talks to a real one; the local host has its own. The library is imported on first use, by a timer only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.eventhub import EventHubProducerClient


class HubUnavailable(Exception):  # noqa: N818 - named for what happened
    """The hub could not be reached, or refused; the message is one line for people."""


@dataclass(frozen=True, slots=True)
class PartitionEnd:
    """The last message that a hub partition has taken; -1 and the time the hub was made where it has none yet."""

    partition: str
    sequence_number: int
    enqueued: datetime


class Hub(Protocol):
    """One event hub."""

    @property
    def name(self) -> str:
        """The hub's name, as it stands in the names of its partitions' rows."""
        ...

    def ends(self) -> list[PartitionEnd]:
        """The end of every partition. Raises HubUnavailable."""
        ...

    def send(self, bodies: Iterable[tuple[str, bytes]]) -> None:
        """Sends each body to its partition. Raises HubUnavailable; some may have been sent."""
        ...


class EventHub:
    """An event hub, by the client that `connect` makes; a connection lasts for one use."""

    def __init__(self, name: str, connect: Callable[[], EventHubProducerClient]) -> None:
        self.name = name
        self._connect = connect

    def ends(self) -> list[PartitionEnd]:
        """See `Hub.ends`."""
        from azure.eventhub.exceptions import EventHubError

        try:
            with self._connect() as client:
                found = [
                    client.get_partition_properties(partition) for partition in client.get_partition_ids()
                ]
        except (EventHubError, OSError) as error:
            raise HubUnavailable(_said(self.name, error)) from error
        return [
            PartitionEnd(
                str(properties["id"]),
                int(properties["last_enqueued_sequence_number"]),
                properties["last_enqueued_time_utc"],
            )
            for properties in found
        ]

    def send(self, bodies: Iterable[tuple[str, bytes]]) -> None:
        """See `Hub.send`."""
        from azure.eventhub import EventData
        from azure.eventhub.exceptions import EventHubError

        try:
            with self._connect() as client:
                for partition, body in bodies:
                    batch = client.create_batch(partition_id=partition)
                    batch.add(EventData(body))
                    client.send_batch(batch)
        except (EventHubError, OSError) as error:
            raise HubUnavailable(_said(self.name, error)) from error


def event_hub(namespace: str, name: str, credential: Callable[[], TokenCredential]) -> EventHub:
    """The hub `name` of `namespace` (`<name>.servicebus.windows.net`), reached by managed identity."""

    def connect() -> EventHubProducerClient:
        from azure.eventhub import EventHubProducerClient

        return EventHubProducerClient(namespace, name, credential(), retry_total=2)

    return EventHub(name, connect)


def _said(hub: str, error: Exception) -> str:
    return f"hub {hub}: {type(error).__name__}: {' '.join(str(error).split())}"[:400]
