"""Privileged Identity Management on Azure resources, as the Activity log carries it.

Shaped like an activity record, but without `identity`: who acted stands in `properties.CallerInfo`, a list of pairs
in a string, and the operation is a sentence ("Add member to role requested (PIM activation)").
Fields: learn.microsoft.com, activity-log-schema; PIM audit history for Azure resource roles.
"""

from __future__ import annotations

from typing import Any

from shared.events.paths import as_text
from shared.events.source_definition import Field, Source, merged
from shared.events.sources.azure_activity import ACTIVITY_FIELDS, ACTIVITY_TIMES, is_pim

_CALLER = "properties.CallerInfo"


def _user_type(value: Any) -> str | None:
    return as_text(value)


entra_pim = Source(
    id="entra.pim",
    title="Privileged Identity Management of Azure resources",
    recognise=is_pim,
    recognising_keys=("operationName",),
    times=ACTIVITY_TIMES,
    fields=merged(
        ACTIVITY_FIELDS,
        {
            "event_result_details": Field(
                "properties.ActionType", "properties.EventName", "resultDescription"
            ),
            "actor_user_id": Field(f"{_CALLER}.ObjectID", f"{_CALLER}.ObjectId"),
            "actor_username": Field(
                f"{_CALLER}.UPN", f"{_CALLER}.UserPrincipalName", f"{_CALLER}.Username", f"{_CALLER}.Name"
            ),
            "actor_user_type": Field(f"{_CALLER}.ObjectClass", normalise=_user_type),
            "role_name": Field("properties.RoleDefinition", "properties.RoleName"),
            "target_username": Field("properties.SubjectName"),
            "target_user_id": Field("properties.SubjectID"),
            "target_name": Field("properties.ResourceGroupName", "resourceId"),
            "target_type": Field("properties.ResourceType"),
            "tenant_id": Field("tenantId", "properties.TenantID"),
            "record_id": Field("properties.EventID"),
            "message": Field("properties.Justification"),
        },
    ),
    data_components=("User Account Modification", "Cloud Service Modification", "User Account Metadata"),
    log_sources=("azure:audit",),
)
