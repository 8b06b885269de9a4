"""The staged incident: every step is told, the vault is silent, six bodies are broken."""

from __future__ import annotations

import gzip
from collections import Counter

import orjson
import pytest

from lab.traffic import hour, story
from lab.traffic.company import INTRUDER_ADDRESS, SCANNER_ADDRESS, SPRAY_ADDRESS, STUFFING_ADDRESS, Company
from lab.traffic.routes import Sent
from tests.lab.traffic.conftest import SEED, START, Played, is_valid, minute, time_of

# The step, its first and last minute, its number of records.
TOLD = (
    ("password_spray", 8, 10, 25),
    ("account_takeover", 8, 10, 13),
    ("security_info_deleted", 14, 20, 1),
    ("strong_authentication_disabled", 14, 20, 1),
    ("service_principal_credential_added", 14, 20, 1),
    ("risky_consent", 14, 20, 1),
    ("application_permission_granted", 14, 20, 1),
    ("global_administrator_assigned", 14, 20, 1),
    ("guest_invited", 14, 20, 1),
    ("guest_given_role", 14, 20, 1),
    ("conditional_access_policy_deleted", 14, 20, 1),
    ("owner_assigned_to_subscription", 22, 30, 2),
    ("storage_account_allows_public_access", 22, 30, 2),
    ("storage_container_made_public", 22, 30, 2),
    ("command_run_on_virtual_machine", 22, 30, 2),
    ("shell_in_pod", 22, 30, 1),
    ("cluster_administrator_bound", 22, 30, 1),
    ("secrets_read_in_bulk", 22, 30, 40),
    ("diagnostic_setting_deleted", 34, 35, 2),
    ("diagnostic_setting_restored", 51, 52, 2),
    ("credential_stuffing", 38, 42, 60),
    ("web_attacks", 42, 45, 15),
    ("cloud_trail_stopped", 46, 47, 2),
)


@pytest.fixture(scope="module")
def steps(company: Company) -> dict[str, tuple[Sent, ...]]:
    return {step.name: step.sent for step in story.steps(SEED, company, START)}


@pytest.mark.parametrize(("name", "first", "last", "number"), TOLD)
def test_a_step_has_its_records_in_its_minutes(
    steps: dict[str, tuple[Sent, ...]], name: str, first: int, last: int, number: int
) -> None:
    assert len(steps[name]) == number
    assert all(first <= minute(sent.time) <= last for sent in steps[name])


def test_no_step_is_left_out_of_this_test(steps: dict[str, tuple[Sent, ...]]) -> None:
    assert sorted(steps) == sorted(name for name, *_ in TOLD)


def test_every_record_of_the_incident_arrives(steps: dict[str, tuple[Sent, ...]], told: Played) -> None:
    arrived = Counter(orjson.dumps(record) for _, record in told.records)
    for name, sent in steps.items():
        for one in sent:
            assert arrived[orjson.dumps(one.record)] == 1, name


def test_the_spray_tries_25_people_from_one_address(steps: dict[str, tuple[Sent, ...]]) -> None:
    properties = [sent.record["properties"] for sent in steps["password_spray"]]
    assert len({one["userPrincipalName"] for one in properties}) == 25
    assert {one["ipAddress"] for one in properties} == {SPRAY_ADDRESS}
    assert {one["status"]["errorCode"] for one in properties} == {50126}


def test_the_account_is_taken_after_twelve_failures(steps: dict[str, tuple[Sent, ...]]) -> None:
    records = [sent.record for sent in steps["account_takeover"]]
    assert [record["resultType"] for record in records] == ["50126"] * 12 + ["0"]
    assert {record["properties"]["ipAddress"] for record in records} == {INTRUDER_ADDRESS}
    assert len({record["properties"]["userId"] for record in records}) == 1
    risk = records[-1]["properties"]
    assert (risk["riskLevelDuringSignIn"], risk["riskState"]) == ("high", "atRisk")


def test_forty_different_secrets_are_read_within_two_minutes(steps: dict[str, tuple[Sent, ...]]) -> None:
    sent = steps["secrets_read_in_bulk"]
    assert len({one.record["properties"]["requestUri"] for one in sent}) == 40
    assert len({one.record["identity"]["claim"]["oid"] for one in sent}) == 1
    assert minute(sent[-1].time) - minute(sent[0].time) < 2


def test_sixty_users_of_every_customer_are_tried_from_one_address(
    steps: dict[str, tuple[Sent, ...]], company: Company
) -> None:
    records = [sent.record for sent in steps["credential_stuffing"]]
    assert len({record["actor_username"] for record in records}) == 60
    assert {record["src_ip_addr"] for record in records} == {STUFFING_ADDRESS}
    assert {record["tenant_id"] for record in records} == {tenant.id for tenant in company.customers}


def test_the_web_attacks_traverse_inject_and_look_up(told: Played) -> None:
    requests = [
        text
        for record in told.of("AppServiceHTTPLogs")
        if SCANNER_ADDRESS in (text := orjson.dumps(record["properties"]).decode())
    ]
    for sign in ("../../../../etc/passwd", "UNION%20SELECT", "${jndi:ldap://"):
        assert any(sign in request for request in requests), sign


def test_the_vault_is_silent_from_minute_34_to_52(told: Played, ordinary: Played) -> None:
    minutes = [minute(time_of(record)) for record in told.of("AuditEvent")]
    assert not [one for one in minutes if 34 <= one < 52]
    assert [one for one in minutes if 33 < one < 34]
    assert [one for one in minutes if 52 <= one < 53]
    assert [one for one in map(minute, map(time_of, ordinary.of("AuditEvent"))) if 34 <= one < 52]


def test_only_the_vault_falls_silent(told: Played, ordinary: Played) -> None:
    for source in ("SignInLogs", "AppServiceHTTPLogs", "kube-audit", "app.quayside"):
        assert len(told.of(source)) >= len(ordinary.of(source)), source


def test_exactly_six_bodies_are_broken(told: Played, ordinary: Played) -> None:
    assert sum(not is_valid(delivery.body) for delivery in told.deliveries) == 6
    assert all(is_valid(delivery.body) for delivery in ordinary.deliveries)


def test_each_broken_body_is_broken_in_its_own_way(told: Played) -> None:
    cut, concatenated, quoted, text, packed, empty = (
        delivery.body for delivery in told.deliveries if not is_valid(delivery.body)
    )
    assert cut.startswith(b'{"records":[{')
    assert not cut.endswith(b"]}")
    first, second = concatenated.split(b"]}{", 1)
    assert is_valid(first + b"]}")
    assert is_valid(b"{" + second)
    assert b"\"properties\":{'appName':" in quoted
    assert is_valid(quoted.replace(quoted[quoted.index(b"{'") : quoted.index(b"'}") + 2], b"{}"))
    assert b"{" not in text
    assert not is_valid(gzip.decompress(packed))
    assert empty == b""


def test_what_lies_after_a_short_hour_is_not_told() -> None:
    deliveries = list(hour.play(SEED, START, minutes=12, records=500))
    bodies = b"".join(delivery.body for delivery in deliveries)
    assert SPRAY_ADDRESS.encode() in bodies
    assert STUFFING_ADDRESS.encode() not in bodies
