"""Microsoft Entra provisioning: accounts that the provisioning service created, changed or disabled in applications.

Fields: learn.microsoft.com, Azure Monitor table AADProvisioningLogs. Several objects are JSON inside strings.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

entra_provisioning = Source(
    id="entra.provisioning",
    title="Entra ID provisioning",
    categories=("ProvisioningLogs",),
    times=("properties.activityDateTime", *TIMES),
    fields=merged(
        BASE,
        {
            "operation": Field("properties.provisioningAction", "properties.action", "operationName"),
            "event_result": Field(
                "properties.provisioningStatusInfo.Status",
                "properties.statusInfo.Status",
                "resultType",
                normalise=result_word,
            ),
            "event_result_details": Field(
                "properties.provisioningStatusInfo.ErrorInformation.ErrorCode",
                "properties.provisioningStatusInfo.Reason",
                "resultDescription",
            ),
            "actor_user_id": Field(
                "properties.initiatedBy.Id", "properties.initiatedBy.id", "properties.servicePrincipal.Id"
            ),
            "actor_username": Field(
                "properties.initiatedBy.Name",
                "properties.initiatedBy.DisplayName",
                "properties.servicePrincipal.Name",
                "properties.servicePrincipal.DisplayName",
                "identity",
            ),
            "actor_user_type": Field("properties.initiatedBy.Type", "properties.initiatedBy.initiatorType"),
            "app_id": Field("properties.servicePrincipal.Id"),
            "app_name": Field("properties.servicePrincipal.Name", "properties.servicePrincipal.DisplayName"),
            "target_id": Field("properties.targetIdentity.Id", "properties.sourceIdentity.Id"),
            "target_name": Field(
                "properties.targetIdentity.Name",
                "properties.targetIdentity.DisplayName",
                "properties.sourceIdentity.Name",
                "properties.sourceIdentity.DisplayName",
            ),
            "target_type": Field(
                "properties.targetIdentity.IdentityType", "properties.sourceIdentity.IdentityType"
            ),
            "target_username": Field(
                "properties.sourceIdentity.Name", "properties.sourceIdentity.DisplayName"
            ),
            "target_user_id": Field("properties.sourceIdentity.Id"),
            "correlation_id": Field("properties.changeId", "properties.cycleId", "correlationId"),
            "session_id": Field("properties.cycleId"),
            "record_id": Field("properties.id"),
        },
    ),
    data_components=("User Account Creation", "User Account Modification", "User Account Deletion"),
    log_sources=("azure:audit",),
    usual_gap=timedelta(hours=2),
)
