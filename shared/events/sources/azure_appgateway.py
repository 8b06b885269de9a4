"""Azure Application Gateway: every request, and the gateway's own performance.

Fields: learn.microsoft.com, diagnostic logs for Application Gateway. Version 2 writes `timeStamp`, version 1 `time`.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES, address
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

azure_appgateway = Source(
    id="azure.appgateway",
    title="Azure Application Gateway",
    categories=("ApplicationGatewayAccessLog", "ApplicationGatewayPerformanceLog"),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("properties.httpMethod", "operationName"),
            "event_result": Field("properties.httpStatus", normalise=result_word),
            "event_result_details": Field("properties.error_info", "properties.httpStatus"),
            "http_status_code": Field("properties.httpStatus"),
            "http_method": Field("properties.httpMethod"),
            "http_host": Field("properties.originalHost", "properties.host", "properties.requestHost"),
            "http_user_agent": Field("properties.userAgent"),
            "src_ip_addr": Field("properties.clientIP", "callerIpAddress", normalise=address),
            "src_port": Field("properties.clientPort"),
            "dst_ip_addr": Field("properties.serverRouted", normalise=address),
            "url": Field("properties.originalRequestUriWithArgs", "properties.requestUri"),
            "target_name": Field(
                "properties.backendPoolName", "properties.host", "listenerName", "properties.instanceId"
            ),
            "rule_name": Field("ruleName", "properties.ruleName"),
            "network_bytes": Field("properties.sentBytes"),
            "correlation_id": Field("properties.transactionId", "correlationId"),
        },
    ),
    data_components=("Network Traffic Content", "Network Traffic Flow"),
    log_sources=("ApplicationLog:Ingress",),
    usual_gap=timedelta(minutes=10),
)
