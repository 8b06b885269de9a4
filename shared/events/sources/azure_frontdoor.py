"""Azure Front Door and CDN: every request at the edge, and the probes of the origins.

Fields: learn.microsoft.com, monitor metrics and logs in Azure Front Door.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES, address
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

azure_frontdoor = Source(
    id="azure.frontdoor",
    title="Azure Front Door",
    categories=(
        "FrontDoorAccessLog",
        "FrontdoorAccessLog",
        "FrontDoorHealthProbeLog",
        "AzureCdnAccessLog",
        "CoreAnalytics",
    ),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("properties.httpMethod", "operationName"),
            "event_result": Field("properties.httpStatusCode", "properties.result", normalise=result_word),
            "event_result_details": Field(
                "properties.httpStatusDetails", "properties.errorInfo", "properties.result"
            ),
            "http_status_code": Field("properties.httpStatusCode"),
            "http_method": Field("properties.httpMethod", "properties.httpVerb"),
            "http_host": Field("properties.hostName", "properties.sni"),
            "http_user_agent": Field("properties.userAgent"),
            "src_ip_addr": Field(
                "properties.clientIp", "properties.socketIp", "callerIpAddress", normalise=address
            ),
            "src_port": Field("properties.clientPort"),
            "src_geo_country": Field("properties.clientCountry"),
            "dst_ip_addr": Field("properties.originIp", normalise=address),
            "url": Field("properties.requestUri", "properties.probeURL"),
            "target_name": Field("properties.endpoint", "properties.originName", "properties.hostName"),
            "rule_name": Field("properties.routingRuleName"),
            "network_bytes": Field("properties.responseBytes"),
            "correlation_id": Field("properties.trackingReference", "correlationId"),
        },
    ),
    data_components=("Network Traffic Content", "Network Traffic Flow"),
    log_sources=("ApplicationLog:Ingress",),
    usual_gap=timedelta(minutes=10),
)
