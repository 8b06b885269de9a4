"""Microsoft Entra audit log: changes of users, groups, roles, applications and policies.

Fields: learn.microsoft.com, Azure Monitor table AuditLogs. The inner `properties.category` (RoleManagement,
ApplicationManagement, ...) is not the record's category.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import BASE, TIMES, address, operation_name
from shared.events.paths import Record, as_text, top
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged


def _user_type(value: Any) -> str | None:
    return "Application" if isinstance(value, dict) and value else as_text(value)


def _has(properties: Any, name: str) -> bool:
    """Whether `properties`, an object or JSON in a string, has a key of this name."""
    if isinstance(properties, str):
        return f'"{name}"' in properties
    return isinstance(properties, dict) and (name in properties or name.lower() in properties)


def _is_audit(record: Record) -> bool:
    """Other services (Intune, health data) also call a category AuditLogs; theirs name no initiator."""
    properties = record.get("properties", record.get("Properties"))
    if _has(properties, "initiatedBy"):
        return True
    if str(record.get("category", record.get("Category"))).casefold() != "auditlogs":
        return False
    resource = (as_text(top(record, "resourceId")) or "").lower()
    if "microsoft.aadiam" in resource:
        return True
    return "/providers/" not in resource and not _has(properties, "ActivityResultStatus")


entra_audit = Source(
    id="entra.audit",
    title="Entra ID audit",
    categories=("AuditLogs",),
    recognise=_is_audit,
    recognising_keys=("properties",),
    head_contains=("resourceId", "microsoft.aadiam"),
    times=("properties.activityDateTime", *TIMES),
    fields=merged(
        BASE,
        {
            "operation": Field(
                "operationName",
                "properties.activityDisplayName",
                normalise=operation_name,
                takes_objects=True,
            ),
            "event_result": Field(
                "properties.result", "resultType", "resultSignature", normalise=result_word
            ),
            "event_result_details": Field("properties.resultReason", "resultDescription"),
            "actor_user_id": Field(
                "properties.initiatedBy.user.id",
                "properties.initiatedBy.app.servicePrincipalId",
                "properties.initiatedBy.app.appId",
            ),
            "actor_username": Field(
                "properties.initiatedBy.user.userPrincipalName",
                "properties.initiatedBy.user.displayName",
                "properties.initiatedBy.app.displayName",
                "properties.initiatedBy.app.servicePrincipalName",
                "identity",
            ),
            "actor_user_type": Field("properties.initiatedBy.app", normalise=_user_type, takes_objects=True),
            "src_ip_addr": Field(
                "properties.initiatedBy.user.ipAddress",
                "properties.initiatedBy.user.ipaddress",
                "callerIpAddress",
                normalise=address,
            ),
            "app_id": Field("properties.initiatedBy.app.appId"),
            "app_name": Field("properties.initiatedBy.app.displayName"),
            "http_user_agent": Field("properties.additionalDetails.User-Agent"),
            "target_id": Field("properties.targetResources.0.id"),
            "target_name": Field(
                "properties.targetResources.0.userPrincipalName", "properties.targetResources.0.displayName"
            ),
            "target_type": Field("properties.targetResources.0.type"),
            "target_username": Field("properties.targetResources.0.userPrincipalName"),
            "correlation_id": Field("properties.correlationId", "correlationId"),
            "record_id": Field("properties.id"),
        },
    ),
    data_components=(
        "User Account Modification",
        "User Account Creation",
        "Group Modification",
        "Cloud Service Modification",
        "Active Directory Object Modification",
    ),
    log_sources=("azure:audit", "Microsoft Entra ID Audit Logs"),
    usual_gap=timedelta(hours=2),
)
