"""Microsoft Graph activity: every request to Microsoft Graph, and to the retired Azure AD Graph.

Fields: learn.microsoft.com, Azure Monitor tables MicrosoftGraphActivityLogs and AADGraphActivityLogs. The second
writes no `time`, but `properties.timeGenerated`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import as_text
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged


def _principal(value: Any) -> str | None:
    return "ServicePrincipal" if as_text(value) else None


_FIELDS: Final = merged(
    BASE,
    {
        "operation": Field("properties.requestMethod", "operationName"),
        "event_result": Field("properties.responseStatusCode", "resultSignature", normalise=result_word),
        "event_result_details": Field("properties.responseStatusCode", "resultSignature"),
        "http_method": Field("properties.requestMethod"),
        "http_status_code": Field("properties.responseStatusCode"),
        "http_user_agent": Field("properties.userAgent"),
        "url": Field("properties.requestUri"),
        "actor_user_id": Field("properties.userId", "properties.servicePrincipalId", "properties.appId"),
        "actor_username": Field(
            "properties.userPrincipalName",
            "properties.userId",
            "properties.servicePrincipalId",
            "properties.appId",
        ),
        "actor_user_type": Field("properties.servicePrincipalId", normalise=_principal),
        "actor_app_id": Field("properties.appId"),
        "actor_session_id": Field("properties.sessionId", "properties.signInActivityId"),
        "app_id": Field("properties.appId"),
        "session_id": Field("properties.sessionId", "properties.signInActivityId"),
        "src_ip_addr": Field("properties.ipAddress", "callerIpAddress", normalise=address),
        "role_name": Field("properties.roles", "properties.scopes"),
        "target_name": Field("properties.requestUri"),
        "tenant_id": Field("tenantId", "properties.tenantId"),
        "network_bytes": Field("properties.responseSizeBytes"),
        "correlation_id": Field("properties.clientRequestId", "properties.requestId", "correlationId"),
        "record_id": Field("properties.requestId", "properties.operationId"),
        "region": Field("properties.location", "location"),
    },
)

msgraph_activity = Source(
    id="msgraph.activity",
    title="Microsoft Graph activity",
    categories=("MicrosoftGraphActivityLogs",),
    times=(*TIMES, "properties.timeGenerated"),
    fields=_FIELDS,
    data_components=("User Account Metadata", "Cloud Service Enumeration", "Application Log Content"),
    log_sources=("Microsoft Graph API Logs",),
    usual_gap=timedelta(minutes=15),
)

aadgraph_activity = Source(
    id="aadgraph.activity",
    title="Azure AD Graph activity",
    categories=("AzureADGraphActivityLogs",),
    times=msgraph_activity.times,
    fields=_FIELDS,
    data_components=msgraph_activity.data_components,
)
