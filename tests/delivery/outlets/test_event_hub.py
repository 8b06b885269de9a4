"""Alerts into an event hub, over AMQP."""

from __future__ import annotations

import orjson
from azure.eventhub import EventHubProducerClient

from lab.parts.event_hub import EventHubStandIn
from shared.alerts.alert_row import to_row
from shared.delivery.outlets.event_hub import EventHubOutlet
from tests.alerts.examples import example


def outlet_of(stand_in: EventHubStandIn) -> EventHubOutlet:
    return EventHubOutlet(
        stand_in.hub,
        lambda: EventHubProducerClient.from_connection_string(stand_in.connection_string, retry_total=0),
    )


def test_each_alert_is_an_event_known_by_its_uid(event_hub: EventHubStandIn) -> None:
    outlet = outlet_of(event_hub)
    rows = [to_row(example(number)) for number in range(40)]
    assert outlet.send(rows[:39]).delivered == set(range(39))
    assert outlet.send(rows[39:]).delivered == {0}
    outlet.close()
    received = [orjson.loads(event.body) for event in event_hub.events()]
    assert sorted(row["EventUid"] for row in received) == sorted(str(row["EventUid"]) for row in rows)


def test_an_alert_larger_than_an_event_is_put_aside_and_its_neighbours_go(event_hub: EventHubStandIn) -> None:
    huge = {**to_row(example(2)), "Evidence": {"much": "x" * 5_000_000}}
    reply = outlet_of(event_hub).send([to_row(example(1)), huge, to_row(example(3))])
    assert reply.delivered == {0, 2}
    assert reply.rejected == {1: "the alert is larger than an event of this hub may be"}


def test_a_hub_that_is_gone_is_a_problem_that_a_person_hears_of_if_it_lasts(
    event_hub: EventHubStandIn,
) -> None:
    outlet = outlet_of(event_hub)
    rows = [to_row(example(1))]
    assert outlet.send(rows).delivered
    event_hub.stop()
    reply = outlet.send(rows)
    assert not reply.delivered
    assert reply.problem is not None
    assert reply.problem.startswith("the event hub telemetry took no alerts: ")
    assert [(one.kind, bool(one.patience)) for one in reply.troubles] == [("event_hub", True)]
