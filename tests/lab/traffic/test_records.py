"""Each source's records have the shape that its export writes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import orjson
import pytest

from lab.traffic.company import Company
from lab.traffic.records.application import SCHEMA, application_event
from lab.traffic.records.aws_cloudtrail import trail_event
from lab.traffic.records.azure_activity import administrative
from lab.traffic.records.azure_aks_audit import kubernetes_audit
from lab.traffic.records.azure_appservice_http import http_request
from lab.traffic.records.azure_keyvault import vault_access
from lab.traffic.records.azure_storage import blob_read, blob_write
from lab.traffic.records.entra_audit import directory_change
from lab.traffic.records.entra_signin import interactive_sign_in, non_interactive_sign_in
from lab.traffic.records.entra_workload_signin import managed_identity_sign_in, service_principal_sign_in

TIME = datetime(2026, 11, 23, 9, 41, 7, 123456, tzinfo=UTC)
Draw = Callable[[Random, Company, datetime], dict[str, Any]]
DRAWS: tuple[Draw, ...] = (
    interactive_sign_in,
    non_interactive_sign_in,
    service_principal_sign_in,
    managed_identity_sign_in,
    directory_change,
    administrative,
    vault_access,
    kubernetes_audit,
    http_request,
    blob_read,
    blob_write,
    trail_event,
    application_event,
)
DOCUMENTED = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "10.0.0.0/8"),
    )
)
ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")


def some(draw: Draw, company: Company, number: int = 300) -> list[dict[str, Any]]:
    rng = Random(3)
    return [draw(rng, company, TIME) for _ in range(number)]


@pytest.mark.parametrize("draw", DRAWS)
def test_a_record_carries_its_time_and_is_json(draw: Draw, company: Company) -> None:
    for record in some(draw, company, 30):
        assert orjson.loads(orjson.dumps(record)) == orjson.loads(
            orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
        )
        time = datetime.fromisoformat(record.get("time") or record["eventTime"])
        assert abs((time - TIME).total_seconds()) < 10


@pytest.mark.parametrize("draw", DRAWS)
def test_addresses_are_documentation_or_private_ranges(draw: Draw, company: Company) -> None:
    for record in some(draw, company):
        for key in ("callerIpAddress", "src_ip_addr", "sourceIPAddress"):
            text = str(record.get(key) or "")
            if not text or text.endswith(".amazonaws.com"):
                continue
            address = ipaddress.ip_address(text if "::" in text else text.partition(":")[0])
            assert any(address in network for network in DOCUMENTED), text


def test_a_sign_in_says_the_same_in_its_two_result_fields(company: Company) -> None:
    records = some(interactive_sign_in, company)
    assert all(record["resultType"] == str(record["properties"]["status"]["errorCode"]) for record in records)


def test_a_managed_identity_has_no_caller_address(company: Company) -> None:
    assert all("callerIpAddress" not in record for record in some(managed_identity_sign_in, company, 20))


def test_a_workload_sign_in_has_no_user(company: Company) -> None:
    assert all(
        record["properties"]["userId"] is None for record in some(service_principal_sign_in, company, 20)
    )


def test_old_and_new_values_of_the_directory_are_json_in_strings(company: Company) -> None:
    for record in some(directory_change, company):
        for target in record["properties"]["targetResources"]:
            for change in target["modifiedProperties"]:
                assert change["oldValue"] is None or orjson.loads(change["oldValue"]) is not None
                assert change["newValue"] is None or orjson.loads(change["newValue"]) is not None


def test_an_activity_is_named_in_upper_case_and_authorised_in_its_own(company: Company) -> None:
    for record in some(administrative, company):
        assert record["operationName"] == record["identity"]["authorization"]["action"].upper()
        assert record["resourceId"] == record["identity"]["authorization"]["scope"].upper()


def test_the_cluster_writes_its_events_as_text(company: Company) -> None:
    for record in some(kubernetes_audit, company):
        event = orjson.loads(record["properties"]["log"])
        assert event["apiVersion"] == "audit.k8s.io/v1"
        assert event["objectRef"]["resource"] in event["requestURI"]


def test_http_properties_come_as_an_object_or_as_text(company: Company) -> None:
    properties = [record["properties"] for record in some(http_request, company)]
    assert {type(one) for one in properties} == {dict, str}
    assert all(isinstance(one["ScStatus"], int) for one in properties if isinstance(one, dict))
    assert all(isinstance(orjson.loads(one)["ScStatus"], str) for one in properties if isinstance(one, str))


def test_a_storage_callers_address_has_a_port(company: Company) -> None:
    assert all(re.fullmatch(r"[\d.]+:\d+", record["callerIpAddress"]) for record in some(blob_read, company))


def test_application_events_keep_the_contract(company: Company) -> None:
    records = some(application_event, company)
    assert {record["schema"] for record in records} == {SCHEMA}
    assert {record["result"] for record in records} == {"Success", "Failure"}
    assert any(":" in record["event"] for record in records)
    assert any(":" not in record["event"] for record in records)
    assert all(
        (record["result"] == "Failure") == ("fail" in record["event"].replace("successafterfail", ""))
        for record in records
    )
