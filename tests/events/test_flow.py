"""Flow logs: one event for each tuple, whatever the version."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.events.reading._message_content import MOST_EXPANDED
from shared.events.sources.azure_flow import flows_of
from tests.events.reading import body_of, read

RESOURCE = "/SUBSCRIPTIONS/S1/RESOURCEGROUPS/NET/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/WEB"


def version_2(*tuples: str) -> dict[str, Any]:
    flows = [{"rule": "AllowWeb", "flows": [{"mac": "000D3A000001", "flowTuples": list(tuples)}]}]
    return {
        "time": "2026-02-04T08:00:00Z",
        "category": "NetworkSecurityGroupFlowEvent",
        "resourceId": RESOURCE,
        "operationName": "NetworkSecurityGroupFlowEvents",
        "properties": {"Version": 2, "flows": flows},
    }


def version_4(*tuples: str) -> dict[str, Any]:
    return {
        "time": "2026-02-04T08:00:00Z",
        "flowLogVersion": 4,
        "category": "FlowLogFlowEvent",
        "flowLogResourceID": RESOURCE,
        "targetResourceID": "/subscriptions/s1/virtualNetworks/v",
        "flowRecords": {
            "flows": [{"aclID": "a1", "flowGroups": [{"rule": "DenyAll", "flowTuples": list(tuples)}]}]
        },
    }


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (
            version_2("1770191144,192.0.2.1,198.51.100.7,35620,443,T,O,A,E,12,840,10,5000"),
            {"operation": "FlowEnd", "event_result": "Success", "src_ip_addr": "192.0.2.1", "src_port": "35620",
             "dst_ip_addr": "198.51.100.7", "dst_port": "443", "network_protocol": "TCP",
             "network_direction": "Outbound", "network_bytes": "840", "event_count": "12", "rule_name": "AllowWeb"},
        ),
        (
            version_2("1770191144,203.0.113.9,192.0.2.1,1,22,U,I,D,B,,,,"),
            {"operation": "FlowDeny", "event_result": "Failure", "network_protocol": "UDP",
             "network_direction": "Inbound", "network_bytes": None},
        ),
        (
            version_2("1770191144,203.0.113.9,192.0.2.1,1,22,T,I,A"),
            {"operation": "Flow", "event_result": "Success"},
        ),
        (
            version_4("1770191144000,203.0.113.9,192.0.2.1,1,22,6,I,D,NX,0,0,0,0"),
            {"operation": "FlowDeny", "event_result": "Failure", "network_protocol": "TCP", "rule_name": "DenyAll",
             "target_name": "/subscriptions/s1/virtualNetworks/v", "resource_id": RESOURCE.lower()},
        ),
        (
            version_4("1770191144000,2001:db8::1,2001:db8::2,1,53,17,O,C,X,3,300,2,200"),
            {"operation": "FlowContinue", "network_protocol": "UDP", "src_ip_addr": "2001:db8::1",
             "network_bytes": "300"},
        ),
    ],
)  # fmt: skip
def test_a_tuple_is_an_event(record: dict[str, Any], fields: dict[str, Any]) -> None:
    events, problems = read(body_of(record))
    (event,) = events
    assert event.source == "azure.flow"
    assert {name: getattr(event, name) for name in fields} == fields
    assert event.time == datetime(2026, 2, 4, 7, 45, 44, tzinfo=UTC)
    assert not problems


def test_every_tuple_of_a_record_is_an_event_of_its_own() -> None:
    tuples = [f"177019114{number},192.0.2.{number},198.51.100.7,1,443,T,O,A,B,,,," for number in range(9)]
    events, _ = read(body_of(version_2(*tuples), version_4(*tuples)))
    assert [event.src_ip_addr for event in events] == [f"192.0.2.{number}" for number in range(9)] * 2
    assert len({event.digest() for event in events}) == 18
    assert {event.category for event in events} == {"NetworkSecurityGroupFlowEvent", "FlowLogFlowEvent"}


def test_properties_may_be_json_in_a_string() -> None:
    record = version_2("1770191144,192.0.2.1,198.51.100.7,1,443,T,O,A,B,,,,")
    record["properties"] = json.dumps(record["properties"])
    assert [event.src_ip_addr for event in read(body_of(record))[0]] == ["192.0.2.1"]


@pytest.mark.parametrize("text", ["", "nonsense", "a,b,c,d,e,f,g,h", "1770191144,192.0.2.1"])
def test_a_tuple_that_cannot_be_read_still_counts(text: str) -> None:
    (event,), _ = read(body_of(version_2(text)))
    assert event.get("flow.unreadable") == text
    assert event.time == datetime(2026, 2, 4, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "properties",
    [None, "", 5, [], {}, {"flows": None}, {"flows": [5, {"flows": 5}, {"flows": [{"flowTuples": {}}]}]}],
)
def test_a_record_without_tuples_is_given_as_it_is(properties: Any) -> None:
    record = {**version_2(), "properties": properties}
    assert [load() for load in flows_of(record)] == [record]


def test_an_event_that_was_expanded_before_is_not_expanded_again() -> None:
    (load,) = flows_of(version_4("1770191144000,192.0.2.1,192.0.2.2,1,22,6,I,D,NX,0,0,0,0"))
    once = load()
    assert [again() for again in flows_of(once)] == [once]


def test_more_tuples_than_a_body_can_hold_are_told() -> None:
    events, problems = read(body_of(version_2(*["x"] * (MOST_EXPANDED + 1))))
    assert len(events) == MOST_EXPANDED
    assert [problem.reason for problem in problems] == [
        f"records of this body hold more than {MOST_EXPANDED} events; the rest was not read"
    ]
