"""Azure Activity log: the control plane of subscriptions.

Fields: learn.microsoft.com, activity-log-schema. The feed of 2018 used Write, Delete and Action as categories;
records read from the REST interface carry `caller`, `claims` and `authorization` at top level.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES, address, lowered, operation_name
from shared.events.paths import Record
from shared.events.results import result_word
from shared.events.source import Field, Source, merged

_UPN = "[http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn]"
_NAME = "[http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name]"
_OBJECT = "[http://schemas.microsoft.com/identity/claims/objectidentifier]"


def _is_rest_shape(record: Record) -> bool:
    return isinstance(record.get("authorization"), dict) and "caller" in record and "operationName" in record


ACTIVITY_FIELDS = merged(
    BASE,
    {
        "operation": Field("operationName", "authorization.action", normalise=operation_name),
        "event_result": Field(
            "resultType", "resultSignature", "status", "status.value", normalise=result_word
        ),
        "event_result_details": Field(
            "resultSignature", "properties.statusCode", "subStatus.value", "resultDescription"
        ),
        "actor_user_id": Field(
            f"identity.claims.{_OBJECT}",
            "identity.claims.oid",
            "identity.authorization.evidence.principalId",
            f"claims.{_OBJECT}",
            "properties.CallerInfo.ObjectId",
            "properties.Caller.ObjectId",
        ),
        "actor_username": Field(
            f"identity.claims.{_UPN}",
            f"identity.claims.{_NAME}",
            "identity.claims.name",
            "identity.claims.upn",
            "identity.claims.appid",
            "caller",
            "properties.CallerInfo.UserPrincipalName",
            "properties.CallerInfo.DisplayName",
            "properties.caller",
            "properties.Caller",
            "identity",
        ),
        "actor_user_type": Field("identity.authorization.evidence.principalType", "identity.claims.idtyp"),
        "actor_app_id": Field("identity.claims.appid", "claims.appid"),
        "src_ip_addr": Field(
            "callerIpAddress",
            "identity.claims.ipaddr",
            "claims.ipaddr",
            "httpRequest.clientIpAddress",
            normalise=address,
        ),
        "role_name": Field("identity.authorization.evidence.role"),
        "target_name": Field("properties.entity", "resourceId", "ResourceId", normalise=lowered),
        "app_id": Field("identity.claims.appid"),
        "record_id": Field("properties.eventDataId", "eventDataId"),
        "tenant_id": Field(
            "tenantId", "identity.claims.[http://schemas.microsoft.com/identity/claims/tenantid]"
        ),
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
    recognise=None,
    times=(*TIMES, "eventDataTime", "submissionTimestamp"),
    fields=ACTIVITY_FIELDS,
    data_components=(
        "Cloud Service Modification",
        "Cloud Service Disable",
        "Instance Modification",
        "Cloud Storage Modification",
        "User Account Modification",
    ),
    usual_gap=timedelta(hours=1),
)

azure_activity_rest = Source(
    id="azure.activity.rest",
    title="Azure Activity as the REST interface gives it",
    recognise=_is_rest_shape,
    times=(*TIMES, "submissionTimestamp"),
    fields=ACTIVITY_FIELDS,
    data_components=azure_activity.data_components,
)
