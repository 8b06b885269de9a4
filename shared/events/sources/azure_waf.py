"""Azure web application firewalls: of Front Door, Application Gateway and CDN.

Fields: learn.microsoft.com, WAF monitoring and logging. Front Door's category is also seen as
"FrontdoorWebApplicationFirewallLog"; version 2 of the gateway writes `timeStamp` for the time.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import as_text
from shared.events.source_definition import Field, Source, merged


def _stopped(value: Any) -> str | None:
    """A request that the firewall blocked failed; one that it matched, logged or allowed did not."""
    text = as_text(value)
    if text is None:
        return None
    word = text.lower()
    return (
        "Failure" if word.startswith(("block", "deny", "anomalyscoring")) and "log" not in word else "Success"
    )


azure_waf = Source(
    id="azure.waf",
    title="Azure web application firewall",
    categories=(
        "FrontDoorWebApplicationFirewallLog",
        "FrontdoorWebApplicationFirewallLog",
        "ApplicationGatewayFirewallLog",
        "WebApplicationFirewallLogs",
    ),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("properties.action", "operationName"),
            "event_result": Field("properties.action", normalise=_stopped),
            "event_result_details": Field("properties.ruleName", "properties.ruleId", "properties.message"),
            "src_ip_addr": Field(
                "properties.clientIP", "properties.socketIP", "callerIpAddress", normalise=address
            ),
            "src_port": Field("properties.clientPort"),
            "url": Field("properties.requestUri"),
            "http_host": Field("properties.host", "properties.hostname"),
            "http_user_agent": Field("properties.userAgent"),
            "rule_name": Field("properties.ruleName", "properties.ruleId"),
            "role_name": Field("properties.policyMode"),
            "target_name": Field("properties.policy", "properties.policyId", "properties.instanceId"),
            "message": Field("properties.details.msg", "properties.message", "properties.details.message"),
            "correlation_id": Field(
                "properties.trackingReference", "properties.transactionId", "correlationId"
            ),
        },
    ),
    data_components=("Network Traffic Content", "Application Log Content"),
    usual_gap=timedelta(hours=1),
)
