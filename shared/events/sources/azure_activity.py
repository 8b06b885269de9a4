"""Azure Activity log: the control plane of subscriptions.

Fields: learn.microsoft.com, activity-log-schema. The feed of 2018 used Write, Delete and Action as categories;
records read from the REST interface carry `caller`, `claims` and `authorization` at top level.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from shared.events.azure import BASE, TIMES, address, lowered, operation_name
from shared.events.paths import Record, top, walk
from shared.events.results import result_status
from shared.events.source_definition import Field, Source, merged

_UPN = "[http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn]"
_NAME = "[http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name]"
_OBJECT = "[http://schemas.microsoft.com/identity/claims/objectidentifier]"
_TENANT = "[http://schemas.microsoft.com/identity/claims/tenantid]"

ACTIVITY_TIMES: Final = (*TIMES, "eventDataTime", "submissionTimestamp")
"""Where records of the Activity log say when; the last two are those of the REST interface."""


def is_pim(record: Record) -> bool:
    """Whether an activity record is one of Privileged Identity Management: its operation is a sentence."""
    operation = top(record, "operationName")
    if not isinstance(operation, str) or "/" in operation:
        return False
    return "(pim" in operation.lower() or walk(record, ("properties", "CallerInfo")) is not None


def _is_activity(record: Record) -> bool:
    return not is_pim(record)


def _is_rest_shape(record: Record) -> bool:
    if "caller" not in record or top(record, "operationName") is None:
        return False
    return any(isinstance(top(record, name), dict) for name in ("authorization", "claims", "operationName"))


ACTIVITY_FIELDS: Final = merged(
    BASE,
    {
        "operation": Field(
            "operationName", "authorization.action", normalise=operation_name, takes_objects=True
        ),
        "event_result": Field(
            "resultType", "resultSignature", "status", normalise=result_status, takes_objects=True
        ),
        "event_result_details": Field(
            "resultSignature", "properties.statusCode", "subStatus.value", "resultDescription"
        ),
        "actor_user_id": Field(
            f"identity.claims.{_OBJECT}",
            "identity.claims.oid",
            "identity.authorization.evidence.principalId",
            f"claims.{_OBJECT}",
            "claims.oid",
            "properties.Caller.ObjectId",
            "identity.UserId",
        ),
        "actor_username": Field(
            f"identity.claims.{_UPN}",
            f"identity.claims.{_NAME}",
            "identity.claims.upn",
            "identity.claims.name",
            "identity.claims.unique_name",
            "identity.claims.appid",
            "caller",
            f"claims.{_UPN}",
            f"claims.{_NAME}",
            "claims.name",
            "claims.appid",
            "properties.caller",
            "properties.Caller",
            "properties.eventProperties.caller",
            "identity.UserName",
            "identity.authorization.evidence.principalId",
            "identity",
        ),
        "actor_user_type": Field("identity.authorization.evidence.principalType", "identity.claims.idtyp"),
        "actor_app_id": Field("identity.claims.appid", "claims.appid"),
        "src_ip_addr": Field(
            "callerIpAddress",
            "identity.claims.ipaddr",
            "claims.ipaddr",
            "httpRequest.clientIpAddress",
            "properties.clientIpAddress",
            normalise=address,
        ),
        "role_name": Field("identity.authorization.evidence.role"),
        "target_name": Field("properties.entity", "resourceId", "ResourceId", normalise=lowered),
        "app_id": Field("identity.claims.appid", "claims.appid"),
        "record_id": Field("properties.eventDataId", "eventDataId"),
        "tenant_id": Field("tenantId", f"identity.claims.{_TENANT}", f"claims.{_TENANT}"),
    },
)

azure_activity = Source(
    id="azure.activity",
    title="Azure Activity (control plane)",
    categories=(
        "Administrative",
        "Write",
        "Delete",
        "Action",
        "Alert",
        "Recommendation",
        "Autoscale",
        "ResourceHealth",
    ),
    recognise=_is_activity,
    head_contains=("operationName", "/"),
    times=ACTIVITY_TIMES,
    fields=ACTIVITY_FIELDS,
    data_components=(
        "Cloud Service Modification",
        "Cloud Service Disable",
        "Instance Modification",
        "Cloud Storage Modification",
        "User Account Modification",
    ),
    log_sources=("azure:activity",),
    usual_gap=timedelta(hours=1),
)

azure_activity_rest = Source(
    id="azure.activity.rest",
    title="Azure Activity as the REST interface gives it",
    recognise=_is_rest_shape,
    recognising_keys=("authorization", "caller"),
    times=ACTIVITY_TIMES,
    fields=ACTIVITY_FIELDS,
    data_components=azure_activity.data_components,
    log_sources=azure_activity.log_sources,
)
