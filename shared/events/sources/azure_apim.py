"""Azure API Management: calls through the gateway, connections over WebSocket, the developer portal.

Fields: learn.microsoft.com, Azure Monitor table ApiManagementGatewayLogs.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES, address
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

azure_apim = Source(
    id="azure.apim",
    title="Azure API Management",
    categories=("GatewayLogs", "WebSocketConnectionLogs", "DeveloperPortalAuditLogs", "GatewayLlmLogs"),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("properties.method", "properties.operationId", "operationName"),
            "event_result": Field(
                "properties.responseCode", "properties.isRequestSuccess", normalise=result_word
            ),
            "event_result_details": Field("properties.lastError.reason", "properties.responseCode"),
            "http_status_code": Field("properties.responseCode"),
            "http_method": Field("properties.method"),
            "http_user_agent": Field("properties.requestHeaders.User-Agent"),
            "src_ip_addr": Field("callerIpAddress", "properties.callerIpAddress", normalise=address),
            "actor_username": Field(
                "properties.userId", "properties.subscriptionId", "properties.apimSubscriptionId"
            ),
            "actor_user_id": Field(
                "properties.userId", "properties.apimSubscriptionId", "properties.subscriptionId"
            ),
            "url": Field("properties.url", "properties.backendUrl"),
            "target_name": Field("properties.apiId"),
            "target_id": Field("properties.operationId"),
            "target_type": Field("properties.productId"),
            "network_bytes": Field("properties.responseSize"),
            "message": Field("properties.lastError.message"),
        },
    ),
    data_components=("Application Log Content", "Network Traffic Content"),
    log_sources=("ApplicationLog:API",),
    usual_gap=timedelta(minutes=15),
)
