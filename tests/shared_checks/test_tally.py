"""The checks over real records see what a record names, and fail for what it lacks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.events.event import Event
from shared.events.source_definition import Constant, Field, Source
from tests.detection.probe import event_of
from tests.shared_checks.naming import dated, is_address, named
from tests.shared_checks.tally import FEWEST_OF_A_SOURCE, Tallies

BLIND = Source(id="probe.blind", title="Finds nobody", times=("time",), fields={"operation": Field("op")})
SEEING = Source(
    id="probe.seeing",
    title="Finds the user",
    times=("time",),
    fields={"operation": Constant("Read"), "actor_username": Field("user")},
)


def event(record: dict[str, Any], source: Source = BLIND) -> Event:
    return event_of(record, source)


def told(*events: Event) -> list[str]:
    tallies = Tallies()
    for one in events:
        tallies.judge(one, "file:1")
    return tallies.report()


@pytest.mark.parametrize(
    "record",
    [
        {"properties": {"CIp": "192.0.2.1"}},
        {"properties": json.dumps({"log": json.dumps({"sourceIPs": ["192.0.2.1"]})})},
        {"properties": "{'user':'ada'}"},
        {"callerIpAddress": "192.0.2.1:50123"},
        {"srcaddr": "2001:db8::1"},
        {"client_ip": "[2001:db8::1]:443"},
        {"actor": "ada"},
        {"sender": {"login": "ada"}},
        {"flow": {"src": "192.0.2.1"}},
        {"Actor": {"Email": "ada@example.org"}},
    ],
)
def test_somebody_named(record: dict[str, Any]) -> None:
    assert list(named(record))


@pytest.mark.parametrize(
    "record",
    [
        {"dstaddr": "192.0.2.1"},
        {"target": [{"alternateId": "ada"}]},
        {"user": "-"},
        {"clientIp": "unknown"},
        {"ship": "Argo"},
        {"properties": "{not JSON"},
    ],
)
def test_nobody_named(record: dict[str, Any]) -> None:
    assert not list(named(record))


def test_four_numbers_are_an_address_only_up_to_255() -> None:
    assert is_address("000.00.00.000")
    assert not is_address("192.0.2.300")


def test_the_time_a_thing_was_made_is_not_when_it_happened() -> None:
    assert list(dated({"job": {"completed_at": "2026-03-10T09:00:00Z"}})) == ["job.completedat"]
    assert not list(dated({"repository": {"created_at": "2026-03-10T09:00:00Z"}}))
    assert not list(dated({"time": "SOME-TIME"}))


def test_a_record_without_an_operation_fails() -> None:
    assert told(event({"time": "2026-03-10T09:00:00Z"})) == ["file:1: probe.blind: no operation"]


def test_a_record_whose_time_was_not_found_fails() -> None:
    failures = told(event({"op": "Read", "eventTime": "2026-03-10T09:00:00Z"}))
    assert failures == ["file:1: probe.blind: no time, though the record has one in eventtime"]


def test_a_record_without_any_time_takes_that_of_its_arrival() -> None:
    assert told(event({"op": "Read"})) == []


def test_one_blind_source_fails_though_all_together_are_good() -> None:
    blind = [event({"op": "Read", "srcaddr": "192.0.2.1"})] * FEWEST_OF_A_SOURCE
    seeing = [event({"user": "ada"}, SEEING)] * (FEWEST_OF_A_SOURCE * 50)
    failures = told(*blind, *seeing)
    assert len(failures) == 1
    assert failures[0].startswith("probe.blind: 0.0%")


def test_a_few_blind_records_fail_where_they_are_too_many_of_all() -> None:
    failures = told(event({"op": "Read", "user": "ada"}), event({"user": "ada"}, SEEING))
    assert [failure.split(":")[0] for failure in failures] == ["all sources"]
