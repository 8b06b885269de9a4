"""Ordinary traffic has its mistakes, and nothing in it looks like an attack."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import orjson

from lab.traffic import story
from lab.traffic.company import (
    INTRUDER_ADDRESS,
    SCANNER_ADDRESS,
    SPRAY_ADDRESS,
    STUFFING_ADDRESS,
    Company,
)
from tests.lab.traffic.conftest import SEED, START, Played, source_of, time_of

SIGN_INS = ("SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs")
APPLICATIONS = ("app.quayside", "app.quayside-api")


def most_within(times: Iterable[datetime], period: timedelta) -> int:
    """The largest number of these times that lie within one period."""
    ordered = sorted(times)
    most = first = 0
    for last, time in enumerate(ordered):
        while time - ordered[first] >= period:
            first += 1
        most = max(most, last - first + 1)
    return most


def failures(played: Played) -> dict[str, list[datetime]]:
    """Failed sign-ins and failed product events by user and by address, over all sources."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for source in SIGN_INS:
        for record in played.of(source):
            if record["resultType"] != "0":
                properties = record["properties"]
                found[properties["userPrincipalName"] or properties["servicePrincipalName"]].append(
                    time_of(record)
                )
                found[properties["ipAddress"]].append(time_of(record))
    for source in APPLICATIONS:
        for record in played.of(source):
            if record["result"] != "Success":
                found[record["actor_username"]].append(time_of(record))
                found[record["src_ip_addr"]].append(time_of(record))
    return found


def test_nobody_and_no_address_fails_five_times_in_ten_minutes(ordinary: Played) -> None:
    worst = {who: most_within(times, timedelta(minutes=10)) for who, times in failures(ordinary).items()}
    assert {who: number for who, number in worst.items() if number >= 5} == {}


def test_the_incident_does_fail_that_often(told: Played) -> None:
    worst = {who: most_within(times, timedelta(minutes=10)) for who, times in failures(told).items()}
    assert {who for who, number in worst.items() if number >= 5} >= {
        SPRAY_ADDRESS,
        INTRUDER_ADDRESS,
        STUFFING_ADDRESS,
    }


def test_a_few_sign_ins_in_a_hundred_fail(ordinary: Played) -> None:
    codes = Counter(record["resultType"] for record in ordinary.of("SignInLogs"))
    assert 0.01 < 1 - codes["0"] / codes.total() < 0.08
    assert codes["50126"] > 5


def test_some_pages_are_missing_but_nobody_scans(ordinary: Played) -> None:
    missing: dict[str, list[datetime]] = defaultdict(list)
    for record in ordinary.of("AppServiceHTTPLogs"):
        properties = record["properties"]
        request = orjson.loads(properties) if isinstance(properties, str) else properties
        if int(request["ScStatus"]) == 404:
            missing[request["CIp"]].append(time_of(record))
    assert sum(map(len, missing.values())) > 20
    assert max(most_within(times, timedelta(minutes=10)) for times in missing.values()) <= 5


def test_the_intruders_addresses_belong_to_nobody_else(ordinary: Played, company: Company) -> None:
    reserved = {INTRUDER_ADDRESS, SCANNER_ADDRESS, SPRAY_ADDRESS, STUFFING_ADDRESS}
    assert not reserved & {person.origin.address for tenant in company.tenants for person in tenant.people}
    bodies = b"".join(delivery.body for delivery in ordinary.deliveries)
    assert not [address for address in reserved if address.encode() in bodies]


def test_a_session_stays_with_its_user_and_address(ordinary: Played) -> None:
    seen: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for source in SIGN_INS[:2]:
        for record in ordinary.of(source):
            properties = record["properties"]
            seen[properties["sessionId"]].add((properties["userPrincipalName"], properties["ipAddress"]))
    for source in APPLICATIONS:
        for record in ordinary.of(source):
            if record["session_id"]:
                seen[record["session_id"]].add((record["actor_username"], record["src_ip_addr"]))
    assert max(map(len, seen.values())) == 1


def test_no_workload_reads_many_secrets_at_once(ordinary: Played) -> None:
    reads: dict[str, list[datetime]] = defaultdict(list)
    for record in ordinary.of("AuditEvent"):
        if record["operationName"] == "SecretGet":
            reads[record["identity"]["claim"]["oid"]].append(time_of(record))
    assert max(most_within(times, timedelta(minutes=2)) for times in reads.values()) < 20


def test_nobody_reaches_into_another_tenant(ordinary: Played) -> None:
    for source in APPLICATIONS:
        assert all(record["tenant_id"] == record["target_tenant_id"] for record in ordinary.of(source))


def operations(records: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    return {
        (source_of(record), record.get("operationName") or record.get("eventName", "")) for record in records
    }


def test_operations_of_the_incident_are_rare_in_ordinary_traffic(ordinary: Played, company: Company) -> None:
    shared = {
        ("SignInLogs", "Sign-in activity"),
        ("AuditLogs", "Add member to role"),  # activations through Privileged Identity Management
        ("AuditLogs", "Consent to application"),  # users who consent to be known by name
        ("AuditLogs", "Invite external user"),
        ("Administrative", "MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE"),  # Reader on a resource group
        ("AuditEvent", "SecretGet"),
        ("kube-audit", "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read"),
        ("AppServiceHTTPLogs", "Microsoft.Web/sites/log"),
        ("app.quayside", ""),
    }
    attack = operations(sent.record for step in story.steps(SEED, company, START) for sent in step.sent)
    assert (attack & operations(record for _, record in ordinary.records)) <= shared


def test_ordinary_roles_come_through_privileged_identity_management(ordinary: Played) -> None:
    for record in ordinary.of("AuditLogs"):
        if record["operationName"] == "Add member to role":
            assert record["properties"]["initiatedBy"]["app"]["displayName"] == "MS-PIM"


def test_ordinary_role_assignments_are_never_owner(ordinary: Played) -> None:
    for record in ordinary.of("Administrative"):
        if record["operationName"].endswith("ROLEASSIGNMENTS/WRITE"):
            body = record["properties"].get("requestbody") or record["properties"]["responseBody"]
            assert orjson.loads(body)["Properties"]["RoleDefinitionId"].endswith(
                "acdd72a7-3385-48ef-bd42-f606fba81ae7"
            )
