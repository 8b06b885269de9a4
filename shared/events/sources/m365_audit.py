"""Microsoft 365 unified audit: Exchange, SharePoint, Teams, Entra and the other workloads.

Fields: learn.microsoft.com, Office 365 Management Activity API schema.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import address
from shared.events.paths import Record, as_text
from shared.events.results import result_word
from shared.events.source_definition import Field, HeadPaths, Source

_USER_TYPES = {
    "0": "Regular",
    "1": "Reserved",
    "2": "Admin",
    "3": "DcAdmin",
    "4": "System",
    "5": "Application",
    "6": "ServicePrincipal",
    "7": "CustomPolicy",
    "8": "SystemPolicy",
    "9": "PartnerTechnician",
    "10": "Guest",
}


def _is_unified(record: Record) -> bool:
    names = {"CreationTime", "creationtime"}, {"Operation", "operation"}, {"Workload", "workload"}
    if all(spelled & record.keys() for spelled in names):
        return True
    return {"CreationTime", "RecordType", "Operation"} <= record.keys()


def _user_type(value: Any) -> str | None:
    text = as_text(value)
    return _USER_TYPES.get(text, text) if text else None


m365_audit = Source(
    id="m365.audit",
    title="Microsoft 365 unified audit",
    recognise=_is_unified,
    recognising_keys=("CreationTime",),
    times=("CreationTime", "time"),
    head=HeadPaths(time="CreationTime", category="Workload", operation="Operation", tenant="OrganizationId"),
    fields={
        "operation": Field("Operation"),
        "event_result": Field("ResultStatus", normalise=result_word),
        "event_result_details": Field("ResultStatusDetail", "LogonError", "ErrorNumber", "ResultStatus"),
        "actor_username": Field("UserId", "MailboxOwnerUPN", "UserKey"),
        "actor_user_id": Field("UserKey", "Actor.0.ID", "UserId"),
        "actor_user_type": Field("UserType", normalise=_user_type),
        "actor_app_id": Field("AppId", "ApplicationId", "ClientAppId"),
        "app_id": Field("AppId", "ApplicationId", "ClientAppId"),
        "app_name": Field("ApplicationDisplayName", "Workload"),
        "session_id": Field("SessionId", "AppAccessContext.AADSessionId"),
        "src_ip_addr": Field("ClientIP", "ClientIPAddress", "ActorIpAddress", "SenderIp", normalise=address),
        "src_hostname": Field("MachineName"),
        "http_user_agent": Field("UserAgent", "ClientInfoString", "ExtendedProperties.UserAgent"),
        "target_name": Field("ObjectId", "SourceFileName", "MailboxOwnerUPN", "TeamName", "Item.Subject"),
        "target_type": Field("ItemType", "Workload"),
        "target_username": Field("TargetUserOrGroupName", "MailboxOwnerUPN"),
        "target_user_id": Field("MailboxGuid", "Target.0.ID"),
        "url": Field("SiteUrl", "ObjectId"),
        "tenant_id": Field("OrganizationId"),
        "correlation_id": Field("CorrelationId", "InterSystemsId"),
        "record_id": Field("Id"),
        "namespace": Field("Workload"),
    },
    data_components=(
        "Application Log Content",
        "Cloud Storage Access",
        "Logon Session Creation",
        "User Account Modification",
        "Cloud Service Modification",
    ),
    log_sources=("m365:unified",),
    usual_gap=timedelta(minutes=30),
)
