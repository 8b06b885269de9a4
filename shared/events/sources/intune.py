"""Microsoft Intune: what administrators changed, and how devices enrol and comply.

Intune shares the category names AuditLogs and OperationalLogs with Entra, Event Hubs and Service Bus and is told apart
by its properties. Fields: learn.microsoft.com, Azure Monitor tables IntuneAuditLogs and IntuneOperationalLogs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from shared.events.azure import BASE, TIMES
from shared.events.paths import Record, as_text
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

_AUDIT: Final = frozenset({"ActivityResultStatus", "ActivityType", "TargetObjectIds", "TargetDisplayNames"})
_OPERATIONAL: Final = frozenset(
    {"IntuneAccountID", "IntuneAccountId", "IntuneUserId", "IntuneDeviceId", "AlertType", "AADTenantId"}
)


def _category(record: Record) -> str:
    return str(record.get("category", record.get("Category"))).casefold()


def _has(record: Record, names: frozenset[str]) -> bool:
    properties = record.get("properties")
    if isinstance(properties, str):
        return any(f'"{name}"' in properties for name in names)
    if not isinstance(properties, dict):
        return False
    return any(name in properties or name.lower() in properties for name in names)


def _is_audit(record: Record) -> bool:
    return _category(record) == "auditlogs" and _has(record, _AUDIT)


def _is_operational(record: Record) -> bool:
    category = _category(record)
    return category == "devicecomplianceorg" or (category == "operationallogs" and _has(record, _OPERATIONAL))


def _status(value: Any) -> str | None:
    """`ActivityResultStatus` is 1 for success; other numbers are failures."""
    text = as_text(value)
    if text is None or not text.isdecimal():
        return result_word(value)
    return "Success" if text == "1" else "Failure"


intune_audit = Source(
    id="intune.audit",
    title="Microsoft Intune audit",
    recognise=_is_audit,
    recognising_keys=("properties",),
    times=(*TIMES, "properties.ActivityDate"),
    fields=merged(
        BASE,
        {
            "event_result": Field("properties.ActivityResultStatus", "resultType", normalise=_status),
            "event_result_details": Field("resultDescription", "properties.ActivityResultStatus"),
            "actor_username": Field("properties.Actor.UPN", "identity", "properties.Actor.ApplicationName"),
            "actor_user_id": Field("properties.Actor.ObjectId", "properties.Actor.Application"),
            "actor_user_type": Field("properties.Actor.ActorType"),
            "actor_app_id": Field("properties.Actor.Application"),
            "app_id": Field("properties.Actor.Application"),
            "app_name": Field("properties.Actor.ApplicationName"),
            "target_name": Field("properties.TargetDisplayNames.0", "properties.Targets.0.Name"),
            "target_id": Field("properties.TargetObjectIds.0", "properties.Targets.0.ObjectId"),
            "record_id": Field("properties.AuditEventId"),
            "namespace": Field("properties.Category"),
        },
    ),
    data_components=("Cloud Service Modification", "User Account Modification"),
    usual_gap=timedelta(hours=6),
)

intune_operational = Source(
    id="intune.operational",
    title="Microsoft Intune operations",
    categories=("DeviceComplianceOrg",),
    recognise=_is_operational,
    recognising_keys=("properties",),
    times=(*TIMES, "properties.StartTimeUtc", "properties.LastModifiedTimeUtc"),
    fields=merged(
        BASE,
        {
            "event_result_details": Field(
                "properties.AlertType", "properties.Description", "resultDescription"
            ),
            "actor_username": Field(
                "properties.UPN", "properties.UserName", "properties.UserEmail", "properties.UserDisplayName"
            ),
            "actor_user_id": Field("properties.IntuneUserId", "properties.IntuneUserID", "properties.UserId"),
            "target_name": Field(
                "properties.DeviceName", "properties.DeviceHostName", "properties.AlertDisplayName"
            ),
            "target_id": Field("properties.IntuneDeviceId", "properties.DeviceId"),
            "dvc_hostname": Field(
                "properties.DeviceName", "properties.DeviceHostName", "properties.DeviceDnsDomain"
            ),
            "tenant_id": Field("tenantId", "properties.AADTenantId"),
            "message": Field("properties.Description", "properties.AlertDisplayName"),
        },
    ),
    data_components=("Host Status", "Application Log Content"),
    usual_gap=timedelta(hours=6),
)
