"""AWS CloudTrail: the control plane (and data events) of AWS accounts.

Fields: docs.aws.amazon.com, CloudTrail record contents.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import address
from shared.events.paths import Record, as_text, top
from shared.events.results import FAILURE, SUCCESS, result_word
from shared.events.source_definition import Field, HeadPaths, Source


def _is_cloudtrail(record: Record) -> bool:
    return isinstance(top(record, "eventName"), str) and isinstance(top(record, "eventSource"), str)


def _result(value: Any) -> str | None:
    """Failure for an error; Success for the service that answered without one."""
    text = as_text(value)
    if text is None:
        return None
    return result_word(text) or (SUCCESS if text.endswith(".amazonaws.com") else FAILURE)


def _service_name(value: Any) -> str | None:
    """AWS services that act for an account stand where others have an address: `ssm.amazonaws.com`."""
    return as_text(value) if address(value) is None else None


def _last_part(value: Any) -> str | None:
    """`arn:aws:sts::1:assumed-role/Admin/ann` is known as `Admin/ann`."""
    text = as_text(value)
    if text is None or not text.startswith("arn:"):
        return text
    name = text.split(":", 5)[-1]
    return name.split("/", 1)[-1] if "/" in name else name


aws_cloudtrail = Source(
    id="aws.cloudtrail",
    title="AWS CloudTrail",
    recognise=_is_cloudtrail,
    recognising_keys=("eventSource",),
    times=("eventTime",),
    head=HeadPaths(
        time="eventTime", category="eventSource", operation="eventName", tenant="recipientAccountId"
    ),
    fields={
        "operation": Field("eventName"),
        "event_result": Field(
            "errorCode", "errorMessage", "responseElements.ConsoleLogin", "eventSource", normalise=_result
        ),
        "event_result_details": Field("errorCode", "errorMessage"),
        "actor_user_id": Field("userIdentity.principalId", "userIdentity.arn", "userIdentity.accountId"),
        "actor_username": Field(
            "userIdentity.userName",
            "userIdentity.onBehalfOf.userId",
            "userIdentity.arn",
            "userIdentity.sessionContext.sessionIssuer.userName",
            "userIdentity.invokedBy",
            "userIdentity.principalId",
            "userIdentity.accountId",
            "userIdentity.type",
            normalise=_last_part,
        ),
        "actor_user_type": Field("userIdentity.type"),
        "actor_session_id": Field("userIdentity.accessKeyId"),
        "session_id": Field("userIdentity.accessKeyId"),
        "src_ip_addr": Field("sourceIPAddress", normalise=address),
        "src_hostname": Field("sourceIPAddress", normalise=_service_name),
        "http_user_agent": Field("userAgent"),
        "account_id": Field("recipientAccountId", "userIdentity.accountId"),
        "tenant_id": Field("recipientAccountId", "userIdentity.accountId"),
        "region": Field("awsRegion"),
        "target_type": Field("eventSource"),
        "target_name": Field(
            "resources.0.ARN",
            "requestParameters.name",
            "requestParameters.userName",
            "requestParameters.roleName",
            "requestParameters.bucketName",
            "requestParameters.trailName",
            "requestParameters.functionName",
            "requestParameters.instanceId",
        ),
        "resource_id": Field("resources.0.ARN", "resources.0.arn"),
        "record_id": Field("eventID"),
        "correlation_id": Field("requestID"),
        "message": Field("errorMessage"),
    },
    data_components=("Cloud Service Modification", "Cloud Service Disable", "Cloud Service Enumeration"),
    log_sources=("AWS:CloudTrail",),
    usual_gap=timedelta(minutes=30),
)
