"""Who acted, and from where, in records whose make nobody declared."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.guess import find_address, find_user_id, find_username
from shared.events.registry import registry
from tests.events.test_paths import json_values


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"actor": {"email": "ann@example.com", "name": "Ann"}}, "ann@example.com"),
        ({"actor": {"name": "Ann"}, "user": {"email": "bob@example.com"}}, "Ann"),
        ({"actor": "ann"}, "ann"),
        ({"event": {"actor": {"person": {"email": "ann@example.com"}}}}, "ann@example.com"),
        ({"actor": {"session": {"user": {"email": "ann@example.com"}}}}, "ann@example.com"),
        ({"userIdentity": {"email": "ann@example.com"}}, "ann@example.com"),
        ({"created_by": {"login": "ann", "name": "Ann"}}, "ann"),
        ({"USER_NAME": "ann@example.com", "CLIENT": "x"}, "ann@example.com"),
        ({"user_email": "ann@example.com", "user_name": "Ann"}, "ann@example.com"),
        ({"data": {"senderEmail": "ann@example.com"}}, "ann@example.com"),
        ({"actor_user_name": "Ann", "user_name": "Bob"}, "Ann"),
        ({"properties": '{"userPrincipalName":"ann@example.com"}'}, "ann@example.com"),
        ({"identity": {"arn": "arn:aws:iam::1:user/ann"}}, "arn:aws:iam::1:user/ann"),
        ({"operator": "ann@example.com", "operation_detail": "x"}, "ann@example.com"),
        ({"target": {"email": "bob@example.com"}, "actor": {"login": "ann"}}, "ann"),
        ({"target": {"email": "bob@example.com"}}, None),
        ({"resource": {"name": "x", "owner_email": "bob@example.com"}}, None),
        ({"name": "create_user"}, None),
        ({"ProductArn": "arn:aws:x"}, None),
        ({"actor": {"email": "-", "name": "Ann"}}, "Ann"),
    ],
)
def test_the_actor_is_found_and_never_a_target(record: dict[str, Any], name: str | None) -> None:
    assert find_username(record) == name


@pytest.mark.parametrize(
    ("record", "user_id"),
    [
        ({"actor": {"id": "u1"}, "user_id": "u2"}, "u1"),
        ({"actor_user_id": 12, "user_id": 13}, "12"),
        ({"userId": "u1", "id": "r1"}, "u1"),
        ({"actor": {"session": {"user": {"id": "u1"}}}, "grant": {"principal_id": "u2"}}, "u1"),
        ({"id": "r1", "uuid": "r2"}, None),
        ({"target": {"id": "u2"}}, None),
    ],
)
def test_the_id_of_the_actor_is_found(record: dict[str, Any], user_id: str | None) -> None:
    assert find_user_id(record) == user_id


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"context": {"client_ip_address": "192.0.2.1"}}, "192.0.2.1"),
        ({"ClientIP": "192.0.2.1", "EdgeServerIP": "198.51.100.7"}, "192.0.2.1"),
        ({"access_device": {"ip": "192.0.2.1"}}, "192.0.2.1"),
        ({"addr.remote": "192.0.2.1:5000", "addr.local": "198.51.100.7:3080"}, "192.0.2.1"),
        ({"aip": "192.0.2.1"}, "192.0.2.1"),
        ({"SOURCE_IP": "192.0.2.1"}, "192.0.2.1"),
        ({"src_endpoint": {"ip": "192.0.2.1"}, "dst_endpoint": {"ip": "198.51.100.7"}}, "192.0.2.1"),
        ({"dst_ip": "198.51.100.7", "server_ip": "198.51.100.8"}, None),
        ({"ip": "not an address", "remoteAddress": "192.0.2.1"}, "192.0.2.1"),
        ({"version": "1.2.3.4"}, None),
    ],
)
def test_the_address_is_that_of_the_client(record: dict[str, Any], found: str | None) -> None:
    assert find_address(record) == found


@given(st.dictionaries(st.sampled_from(["actor", "user", "ip", "id", "target", "a"]), json_values))
def test_no_record_raises(record: dict[str, Any]) -> None:
    find_username(record)
    find_user_id(record)
    find_address(record)


@pytest.mark.parametrize(
    "record",
    [
        {f"user{number}": f"name{number}" for number in range(50_000)},
        {"a": [{"b": [{"user": "x"}] * 1000}] * 1000},
        {"a" * 100_000: {"user" * 10_000: "x" * 100_000}},
    ],
)
def test_the_search_is_bounded(record: dict[str, Any]) -> None:
    started = time.process_time()
    find_username(record)
    assert time.process_time() - started < 0.1


def test_a_record_of_a_hundred_keys_is_recognised_in_little_time() -> None:
    record = {f"someKey{number}": "value" for number in range(99)} | {"timestamp": "2026-02-04T07:45:44Z"}
    registry().claim(record)
    started = time.process_time()
    for _ in range(200):
        registry().claim(record)
    assert (time.process_time() - started) / 200 < 200e-6
