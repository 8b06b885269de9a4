"""Azure DevOps audit: changes of organisations, projects, permissions, pipelines and tokens.

Streamed through Event Grid, so the audit entry stands below `data`. Fields: learn.microsoft.com, Azure DevOps
auditing, audit log streaming.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import address
from shared.events.paths import Record
from shared.events.source_definition import Constant, Field, HeadPaths, Source


def _is_devops(record: Record) -> bool:
    subject = record.get("subject")
    if isinstance(subject, str) and subject.lower().startswith("azuredevops/auditing"):
        return True
    inner = record.get("data")
    return (
        isinstance(inner, dict)
        and "ActionId" in inner
        and ("ActorUPN" in inner or "ScopeDisplayName" in inner)
    )


azuredevops_audit = Source(
    id="azuredevops.audit",
    title="Azure DevOps audit",
    recognise=_is_devops,
    recognising_keys=("subject", "data"),
    times=("data.Timestamp", "eventTime", "time"),
    head=HeadPaths(time="eventTime", category="eventType", operation="subject", tenant="topic"),
    fields={
        "operation": Field("data.ActionId", "eventType"),
        "event_result": Constant("Success"),  # only what was done is audited
        "event_result_details": Field("data.Details"),
        "actor_username": Field("data.ActorUPN", "data.ActorDisplayName", "data.ActorClientId"),
        "actor_user_id": Field("data.ActorUserId", "data.ActorCUID", "data.ActorClientId"),
        "actor_user_type": Field("data.AuthenticationMechanism"),
        "src_ip_addr": Field("data.IpAddress", normalise=address),
        "http_user_agent": Field("data.UserAgent"),
        "target_name": Field("data.ProjectName", "data.ScopeDisplayName"),
        "target_type": Field("data.Area"),
        "target_id": Field("data.ProjectId", "data.ScopeId"),
        "namespace": Field("data.ScopeDisplayName"),
        "role_name": Field("data.Category"),
        "tenant_id": Field("data.TenantId", "data.ScopeId"),
        "resource_id": Field("topic"),
        "record_id": Field("data.Id", "id"),
        "correlation_id": Field("data.CorrelationId", "data.ActivityId"),
        "message": Field("data.Details"),
    },
    data_components=("Cloud Service Modification", "User Account Modification", "Application Log Content"),
    log_sources=("saas:audit",),
    usual_gap=timedelta(hours=2),
)
