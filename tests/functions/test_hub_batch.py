"""From the trigger's events to a batch, whatever metadata the host sends along."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import azure.functions as func
import pytest
from azure.functions.meta import Datum

from functions.hub_batch import batch_of
from shared.events.message import Message

ENQUEUED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLTALE_HUB_NAME", "telemetry")


def event(
    body: bytes,
    number: int | None,
    context: object = '{"PartitionId": "3", "EventHubName": "other"}',
    enqueued: datetime | None = ENQUEUED,
    kind: str = "json",
) -> func.EventHubEvent:
    metadata = {} if context is None else {"PartitionContext": Datum(context, kind)}
    return func.EventHubEvent(
        body=body, sequence_number=number, enqueued_time=enqueued, trigger_metadata=metadata
    )


def test_events_become_messages_of_their_partition() -> None:
    batch = batch_of([event(b"\xff\xfe", 41), event(b"{}", 42)])
    assert (batch.hub, batch.partition) == ("telemetry", "3")
    assert batch.messages == (Message(b"\xff\xfe", 41, ENQUEUED), Message(b"{}", 42, ENQUEUED))


def test_the_hub_is_named_by_its_context_where_no_setting_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELLTALE_HUB_NAME")
    assert batch_of([event(b"", 1)]).hub == "other"
    assert batch_of([event(b"", 1, context=None)]).hub == "unknown"


def test_the_hub_of_the_function_counts_more_than_what_the_app_reads_besides() -> None:
    assert batch_of([event(b"", 1)], hub="identity").hub == "identity"


@pytest.mark.parametrize("identifier", ["0", 0, "31"])
def test_partition_zero_is_a_partition(identifier: object) -> None:
    context = json.dumps({"PartitionId": identifier})
    assert batch_of([event(b"", 1, context)]).partition == str(identifier)


def test_a_context_that_arrives_as_text_is_read() -> None:
    assert batch_of([event(b"", 1, kind="string")]).partition == "3"


@pytest.mark.parametrize("context", [None, "{}", '{"PartitionId": ""}', '{"PartitionId": null}', "[]"])
def test_without_a_partition_nothing_is_lost_or_taken_for_redelivered(context: str | None) -> None:
    batch = batch_of([event(b"a", 7, context), event(b"b", 8, context)])
    assert [message.body for message in batch.messages] == [b"a", b"b"]
    assert [message.sequence_number for message in batch.messages] == [0, 1]
    assert batch.partition.startswith("unidentified-")
    other = batch_of([event(b"a", 7, context), event(b"c", 8, context)])
    assert other.partition != batch.partition


def test_a_context_that_is_not_json_loses_nothing() -> None:
    assert len(batch_of([event(b"a", 7, "<Context>", kind="string")]).messages) == 1


def test_a_missing_sequence_number_loses_nothing() -> None:
    batch = batch_of([event(b"a", 7), event(b"b", None)])
    assert [(message.body, message.sequence_number) for message in batch.messages] == [(b"a", 0), (b"b", 1)]
    assert batch.partition.startswith("unidentified-")


def test_an_unidentified_batch_delivered_again_has_the_same_name() -> None:
    events = [event(b"a", None, None), event(b"b", None, None)]
    assert batch_of(events) == batch_of(list(events))


def test_enqueued_times_are_in_utc() -> None:
    cet = timezone(timedelta(hours=1))
    events = [
        event(b"", 1, enqueued=ENQUEUED.replace(tzinfo=None)),
        event(b"", 2, enqueued=ENQUEUED.astimezone(cet)),
    ]
    assert [message.enqueued_time for message in batch_of(events).messages] == [ENQUEUED, ENQUEUED]
    assert [message.enqueued_time.tzinfo for message in batch_of(events).messages] == [UTC, UTC]


def test_a_missing_enqueued_time_is_taken_to_be_now() -> None:
    time = batch_of([event(b"", 1, enqueued=None)]).messages[0].enqueued_time
    assert abs(datetime.now(UTC) - time) < timedelta(minutes=1)


def test_an_empty_delivery_is_an_empty_batch() -> None:
    assert batch_of([]).messages == ()
