"""The canary's hub through azure-eventhub, over AMQP."""

from __future__ import annotations

import orjson
import pytest
from azure.eventhub import EventHubProducerClient

from lab.parts.event_hub import EventHubStandIn
from shared.upkeep.canary.hub import EventHub, HubUnavailable
from shared.upkeep.canary.journey import body_of
from tests.upkeep.canary.test_canary_watch import START


def hub_of(stand_in: EventHubStandIn) -> EventHub:
    return EventHub(
        stand_in.hub,
        lambda: EventHubProducerClient.from_connection_string(stand_in.connection_string, retry_total=0),
    )


def test_a_canary_goes_through_each_partition(event_hub: EventHubStandIn) -> None:
    hub = hub_of(event_hub)
    assert [end.partition for end in hub.ends()] == ["0", "1", "2", "3"]
    assert {end.sequence_number for end in hub.ends()} == {-1}
    hub.send([(end.partition, body_of(hub.name, end.partition, START)) for end in hub.ends()])
    received = event_hub.events()
    assert [event.partition for event in received] == [0, 1, 2, 3]
    assert orjson.loads(received[3].body)["canary"] == "telemetry/3/2026-11-23T10:00:00.000000Z"
    assert {end.sequence_number for end in hub.ends()} == {0}


def test_a_hub_that_is_gone_is_told_in_one_line(event_hub: EventHubStandIn) -> None:
    hub = hub_of(event_hub)
    event_hub.stop()
    with pytest.raises(HubUnavailable, match=r"^hub telemetry: \w+: "):
        hub.ends()
