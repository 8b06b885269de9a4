"""Microsoft Defender XDR: the tables of advanced hunting, as its streaming writes them to Event Hubs.

The category names the table (`AdvancedHunting-DeviceLogonEvents`), `properties` holds its columns. Fields:
learn.microsoft.com, Defender XDR streaming API and advanced hunting schema.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import Record, as_text
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

_PREFIX: Final = "AdvancedHunting-"
_TABLES: Final = (
    "AlertInfo",
    "AlertEvidence",
    "BehaviorInfo",
    "BehaviorEntities",
    "CloudAppEvents",
    "CloudAuditEvents",
    "CloudProcessEvents",
    "DeviceEvents",
    "DeviceFileCertificateInfo",
    "DeviceFileEvents",
    "DeviceImageLoadEvents",
    "DeviceInfo",
    "DeviceLogonEvents",
    "DeviceNetworkEvents",
    "DeviceNetworkInfo",
    "DeviceProcessEvents",
    "DeviceRegistryEvents",
    "EmailAttachmentInfo",
    "EmailEvents",
    "EmailPostDeliveryEvents",
    "EmailUrlInfo",
    "IdentityDirectoryEvents",
    "IdentityInfo",
    "IdentityLogonEvents",
    "IdentityQueryEvents",
    "UrlClickEvents",
)


def _is_hunting(record: Record) -> bool:
    category = record.get("category", record.get("Category"))
    return isinstance(category, str) and category.casefold().startswith(_PREFIX.casefold())


def _table(value: Any) -> str | None:
    text = as_text(value)
    return text[len(_PREFIX) :] if text and text.casefold().startswith(_PREFIX.casefold()) else text


microsoft_defender = Source(
    id="microsoft.defender",
    title="Microsoft Defender XDR",
    categories=tuple(_PREFIX + table for table in _TABLES),
    recognise=_is_hunting,
    recognising_keys=("category", "Category"),
    times=("properties.Timestamp", *TIMES, "_TimeReceivedBySvc"),
    fields=merged(
        BASE,
        {
            "operation": Field("properties.ActionType", "category", normalise=_table),
            "event_result": Field("properties.ActionType", normalise=result_word),
            "event_result_details": Field(
                "properties.FailureReason", "properties.Title", "properties.ActionType"
            ),
            "event_severity": Field("properties.Severity", "level"),
            "actor_username": Field(
                "properties.AccountUpn",
                "properties.InitiatingProcessAccountUpn",
                "properties.AccountName",
                "properties.AccountDisplayName",
                "properties.InitiatingProcessAccountName",
                "properties.SenderFromAddress",
            ),
            "actor_user_id": Field(
                "properties.AccountObjectId",
                "properties.InitiatingProcessAccountObjectId",
                "properties.AccountSid",
                "properties.AccountId",
                "properties.InitiatingProcessAccountSid",
            ),
            "actor_user_type": Field("properties.AccountType"),
            "src_ip_addr": Field(
                "properties.IPAddress",
                "properties.RemoteIP",
                "properties.SenderIPv4",
                "properties.SenderIPv6",
                "properties.PublicIP",
                "properties.LocalIP",
                normalise=address,
            ),
            "src_port": Field("properties.LocalPort", "properties.Port"),
            "src_geo_country": Field("properties.CountryCode", "properties.Location"),
            "dst_ip_addr": Field("properties.DestinationIPAddress", "properties.RemoteIP", normalise=address),
            "dst_port": Field("properties.DestinationPort", "properties.RemotePort"),
            "dst_hostname": Field("properties.DestinationDeviceName", "properties.RemoteUrl"),
            "network_protocol": Field("properties.Protocol"),
            "http_user_agent": Field("properties.UserAgent"),
            "dvc_hostname": Field("properties.DeviceName"),
            "url": Field("properties.RemoteUrl", "properties.Url"),
            "app_name": Field("properties.Application", "properties.ServiceSource"),
            "target_name": Field(
                "properties.TargetAccountUpn",
                "properties.FileName",
                "properties.ObjectName",
                "properties.RecipientEmailAddress",
                "properties.EntityType",
                "properties.DeviceName",
            ),
            "target_type": Field("properties.ObjectType", "properties.EntityType"),
            "target_username": Field("properties.TargetAccountUpn", "properties.RecipientEmailAddress"),
            "tenant_id": Field("tenantId", "properties.TenantId"),
            "session_id": Field("properties.LogonId"),
            "rule_name": Field("properties.Title", "properties.DetectionSource"),
            "record_id": Field("properties.ReportId", "properties.AlertId", "properties.NetworkMessageId"),
            "message": Field(
                "properties.ProcessCommandLine", "properties.AdditionalFields", "properties.Description"
            ),
        },
    ),
    data_components=(
        "Process Creation",
        "Network Connection Creation",
        "Logon Session Creation",
        "File Modification",
        "Application Log Content",
        "Windows Registry Key Modification",
    ),
    log_sources=("m365:defender",),
    usual_gap=timedelta(minutes=15),
)
