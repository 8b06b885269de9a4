"""Amazon GuardDuty findings, bare or as EventBridge wraps them below `detail`.

Fields: docs.aws.amazon.com, GuardDuty finding format. Names are written in lower or upper camel case.
"""

from __future__ import annotations

from typing import Any

from shared.events.azure import address
from shared.events.guess import Guessed, find_address, find_username
from shared.events.paths import Record, as_text
from shared.events.source_definition import Constant, Field, HeadPaths, Source

_PREFIXES = ("", "detail.")
_ACTIONS = ("awsApiCallAction", "networkConnectionAction", "kubernetesApiCallAction", "rdsLoginAttemptAction")


def _paths(*paths: str) -> tuple[str, ...]:
    return tuple(prefix + path for path in paths for prefix in _PREFIXES)


def _is_finding(record: Record) -> bool:
    inner = record.get("detail", record)
    if not isinstance(inner, dict):
        return False
    service = inner.get("service", inner.get("Service"))
    arn = as_text(inner.get("arn", inner.get("Arn"))) or ""
    named = isinstance(service, dict) and "guardduty" in str(
        service.get("serviceName", service.get("ServiceName"))
    )
    return named or ":guardduty:" in arn


def _severity(value: Any) -> str | None:
    """The word for a finding's number: from 7 high, from 4 medium, below low."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return as_text(value)
    return "Critical" if value >= 9 else "High" if value >= 7 else "Medium" if value >= 4 else "Low"


aws_guardduty = Source(
    id="aws.guardduty",
    title="Amazon GuardDuty findings",
    recognise=_is_finding,
    recognising_keys=("service", "Service", "detail", "arn"),
    times=(*_paths("updatedAt", "service.eventLastSeen", "createdAt"), "time"),
    head=HeadPaths(time="updatedAt", category="type", operation="type", tenant="accountId"),
    fields={
        "operation": Field(*_paths("type")),
        "event_result": Constant("NA"),
        "event_result_details": Field(*_paths("title")),
        "event_severity": Field(*_paths("severity"), normalise=_severity),
        "actor_username": Guessed(*_paths("resource.accessKeyDetails.userName"), find=find_username),
        "actor_user_id": Field(
            *_paths(
                "resource.accessKeyDetails.principalId",
                "resource.accessKeyDetails.accessKeyId",
                "resource.instanceDetails.instanceId",
            )
        ),
        "actor_user_type": Field(*_paths("resource.accessKeyDetails.userType")),
        "actor_session_id": Field(*_paths("resource.accessKeyDetails.accessKeyId")),
        "src_ip_addr": Guessed(
            *_paths(*(f"service.action.{action}.remoteIpDetails.ipAddressV4" for action in _ACTIONS)),
            find=find_address,
            normalise=address,
        ),
        "src_geo_country": Field(
            *_paths(*(f"service.action.{action}.remoteIpDetails.country.countryName" for action in _ACTIONS))
        ),
        "target_type": Field(*_paths("resource.resourceType")),
        "target_name": Field(
            *_paths("resource.instanceDetails.instanceId", "resource.s3BucketDetails.0.name", "arn")
        ),
        "rule_name": Field(*_paths("type")),
        "account_id": Field(*_paths("accountId"), "account"),
        "tenant_id": Field(*_paths("accountId"), "account"),
        "region": Field(*_paths("region")),
        "record_id": Field(*_paths("id")),
        "resource_id": Field(*_paths("arn")),
        "event_count": Field(*_paths("service.count")),
        "message": Field(*_paths("description")),
    },
    data_components=("Cloud Service Metadata", "Network Traffic Flow", "Instance Metadata"),
)
