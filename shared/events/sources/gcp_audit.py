"""Google Cloud audit logs: admin activity, data access, system events and policy denials.

Fields: cloud.google.com, AuditLog and LogEntry. Some exports write all keys in lower case.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import address
from shared.events.guess import Guessed, find_address, find_username
from shared.events.paths import Record, top
from shared.events.source_definition import Field, HeadPaths, Source


def _is_audit(record: Record) -> bool:
    return isinstance(top(record, "protoPayload"), dict)


def _result(value: Any) -> str | None:
    """`status` is empty or has code 0 for success, else a gRPC code."""
    if isinstance(value, dict):
        return "Failure" if value.get("code") else "Success"
    return None


gcp_audit = Source(
    id="gcp.audit",
    title="Google Cloud audit",
    recognise=_is_audit,
    recognising_keys=("protoPayload",),
    times=(
        "timestamp",
        "receiveTimestamp",
        "protoPayload.timestamp",
        "protoPayload.requestMetadata.requestAttributes.time",
    ),
    head=HeadPaths(time="timestamp", category="logName", operation="severity", tenant="tenantId"),
    fields={
        "operation": Field(
            "protoPayload.methodName",
            "protoPayload.metadata.methodName",
            "protoPayload.serviceName",
            "operation.producer",
            "logName",
        ),
        "event_result": Field("protoPayload.status", normalise=_result, takes_objects=True),
        "event_result_details": Field("protoPayload.status.message", "protoPayload.status.code"),
        "event_severity": Field("severity"),
        "actor_username": Guessed(
            "protoPayload.authenticationInfo.principalEmail",
            "protoPayload.authenticationInfo.principalSubject",
            "protoPayload.authenticationInfo.authoritySelector",
            find=find_username,
        ),
        "actor_user_id": Field(
            "protoPayload.authenticationInfo.principalSubject",
            "protoPayload.authenticationInfo.principalEmail",
            "protoPayload.authenticationInfo.oauthInfo.oauthClientId",
        ),
        "actor_app_id": Field("protoPayload.authenticationInfo.oauthInfo.oauthClientId"),
        "src_ip_addr": Guessed(
            "protoPayload.requestMetadata.callerIp",
            "httpRequest.remoteIp",
            find=find_address,
            normalise=address,
        ),
        "http_user_agent": Field("protoPayload.requestMetadata.callerSuppliedUserAgent"),
        "target_name": Field("protoPayload.resourceName", "resource.labels.project_id"),
        "target_type": Field("resource.type", "protoPayload.serviceName"),
        "app_name": Field("protoPayload.serviceName"),
        "tenant_id": Field("resource.labels.project_id", "resource.labels.organization_id"),
        "account_id": Field("resource.labels.project_id"),
        "region": Field(
            "resource.labels.location",
            "resource.labels.zone",
            "protoPayload.resourceLocation.currentLocations.0",
        ),
        "correlation_id": Field("operation.id", "trace"),
        "record_id": Field("insertId"),
        "message": Field("protoPayload.status.message"),
    },
    data_components=(
        "User Account Modification",
        "Logon Session Creation",
        "Cloud Service Modification",
        "Cloud Storage Access",
        "Instance Creation",
    ),
    log_sources=("gcp:audit",),
    usual_gap=timedelta(minutes=30),
)
