"""The stand-in does for the real client what the tests of canary, `send` and outlets rely on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from azure.eventhub import EventData, EventHubConsumerClient, EventHubProducerClient, PartitionContext

from lab.parts.event_hub import EventHubStandIn


@pytest.fixture
def producer(event_hub: EventHubStandIn) -> Iterator[EventHubProducerClient]:
    with EventHubProducerClient.from_connection_string(event_hub.connection_string) as client:
        yield client


def test_a_batch_for_a_partition_arrives_there_in_order(
    event_hub: EventHubStandIn, producer: EventHubProducerClient
) -> None:
    batch = producer.create_batch(partition_id="2")
    for body in (b"first", b'{"second": 2}', b"\xff\x00"):
        batch.add(EventData(body))
    producer.send_batch(batch)
    assert [(one.partition, one.sequence_number, one.body) for one in event_hub.events()] == [
        (2, 0, b"first"),
        (2, 1, b'{"second": 2}'),
        (2, 2, b"\xff\x00"),
    ]


def test_properties_tell_partitions_and_the_last_sequence_number(
    event_hub: EventHubStandIn, producer: EventHubProducerClient
) -> None:
    assert producer.get_partition_ids() == ["0", "1", "2", "3"]
    before = producer.get_partition_properties("1")
    assert (before["is_empty"], before["last_enqueued_sequence_number"]) == (True, -1)
    batch = producer.create_batch(partition_id="1")
    batch.add(EventData(b"one"))
    batch.add(EventData(b"two"))
    producer.send_batch(batch)
    after = producer.get_partition_properties("1")
    assert (after["is_empty"], after["last_enqueued_sequence_number"]) == (False, 1)


def test_a_consumer_reads_what_was_sent_from_a_sequence_number_on(
    event_hub: EventHubStandIn, producer: EventHubProducerClient
) -> None:
    batch = producer.create_batch(partition_id="0", partition_key=None)
    for number in range(3):
        batch.add(EventData(str(number)))
    producer.send_batch(batch)
    read: list[tuple[int, str]] = []

    def take(_context: PartitionContext, event: EventData | None) -> None:
        if event is not None:
            read.append((event.sequence_number or 0, event.body_as_str()))
        if event is None or len(read) == 2:
            consumer.close()

    consumer = EventHubConsumerClient.from_connection_string(
        event_hub.connection_string, consumer_group="$Default"
    )
    consumer.receive(on_event=take, partition_id="0", starting_position=0, max_wait_time=5)
    assert read == [(1, "1"), (2, "2")]
