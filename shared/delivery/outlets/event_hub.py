"""Alerts into an event hub, one event each, for other systems that take alerts from there.

The event's message id is the alert's EventUid, by which whoever reads tells repeated ones. Sending is by managed
identity, which needs the role Azure Event Hubs Data Sender on the hub.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import orjson

from shared.alerts.text import neutralised, shortened
from shared.delivery.outlet import Reply
from shared.delivery.trouble import A_WHILE, Trouble

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.eventhub import EventDataBatch, EventHubProducerClient

NAME: Final = "event_hub"


class EventHubOutlet:
    """Sends to the hub that `connect` reaches; the connection stays open. Thread-safe."""

    def __init__(self, hub: str, connect: Callable[[], EventHubProducerClient]) -> None:
        self._hub = hub
        self._connect = connect
        self._client: EventHubProducerClient | None = None
        self._lock = Lock()

    def send(self, rows: Sequence[Mapping[str, object]], seconds: float | None = None) -> Reply:
        """See `Outlet.send`. A row larger than an event of this hub may be is refused for good."""
        from azure.eventhub.exceptions import EventHubError

        delivered: set[int] = set()
        rejected: dict[int, str] = {}
        with self._lock:
            try:
                client = self._client = self._client or self._connect()
                for batch, numbers in _batches(client, rows, rejected):
                    client.send_batch(batch, timeout=seconds)
                    delivered.update(numbers)
            except (EventHubError, OSError, ValueError) as error:
                self._close()
                said = shortened(neutralised(f"{type(error).__name__}: {' '.join(str(error).split())}"), 400)
                problem = f"the event hub {self._hub} took no alerts: {said}"
                return Reply(
                    frozenset(delivered), rejected, problem, troubles=(_trouble(self._hub, problem),)
                )
        return Reply(frozenset(delivered), rejected)

    def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def close(self) -> None:
        """Lets go of the connection; the next alert opens another."""
        with self._lock:
            self._close()


def _batches(
    client: EventHubProducerClient, rows: Sequence[Mapping[str, object]], rejected: dict[int, str]
) -> Iterator[tuple[EventDataBatch, list[int]]]:
    """The rows in as few batches as hold them, with their indexes; notes in `rejected` what fits none."""
    from azure.eventhub import EventData

    batch, numbers = client.create_batch(), list[int]()
    for number, row in enumerate(rows):
        event: Any = EventData(orjson.dumps(row))
        event.message_id = str(row.get("EventUid", ""))
        event.content_type = "application/json"
        try:
            batch.add(event)
        except ValueError:
            if numbers:
                yield batch, numbers
                batch, numbers = client.create_batch(), []
            try:
                batch.add(event)
            except ValueError:
                rejected[number] = "the alert is larger than an event of this hub may be"
                continue
        numbers.append(number)
    if numbers:
        yield batch, numbers


def event_hub_outlet(namespace: str, hub: str, credential: Callable[[], TokenCredential]) -> EventHubOutlet:
    """The hub `hub` of `namespace` (`<name>.servicebus.windows.net`), reached by managed identity."""

    def connect() -> EventHubProducerClient:
        from azure.eventhub import EventHubProducerClient

        return EventHubProducerClient(namespace, hub, credential(), retry_total=1)

    return EventHubOutlet(hub, connect)


def _trouble(hub: str, problem: str) -> Trouble:
    return Trouble(
        kind="event_hub",
        title=f"Alerts are held up: the event hub {hub} takes none",
        message=problem,
        fix="Check that the hub exists and that the app's identity has the role Azure Event Hubs Data Sender on it.",
        patience=A_WHILE,
    )
