"""AWS WAF: every request that a web ACL judged.

Fields: docs.aws.amazon.com, web ACL traffic log fields; the time is in milliseconds since 1970.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import address
from shared.events.paths import Record
from shared.events.results import result_word
from shared.events.source_definition import Field, HeadPaths, Source


def _is_waf(record: Record) -> bool:
    names = {name.lower() for name in record if len(name) < 20}
    return bool(names & {"webaclid", "terminatingruleid"}) and bool(names & {"action", "httprequest"})


aws_waf = Source(
    id="aws.waf",
    title="AWS WAF",
    recognise=_is_waf,
    recognising_keys=("webaclId", "webAclId", "terminatingRuleId", "httpRequest"),
    times=("timestamp", "time"),
    head=HeadPaths(time="timestamp", category="action", operation="action", tenant="webaclId"),
    fields={
        "operation": Field("action", "terminatingRuleType"),
        "event_result": Field("action", normalise=result_word),
        "event_result_details": Field("terminatingRuleId"),
        "rule_name": Field("terminatingRuleId"),
        "src_ip_addr": Field("httpRequest.clientIp", normalise=address),
        "src_geo_country": Field("httpRequest.country"),
        "http_method": Field("httpRequest.httpMethod"),
        "http_user_agent": Field("httpRequest.headers.User-Agent", "httpRequest.headers.user-agent"),
        "http_host": Field("httpRequest.headers.Host", "httpRequest.headers.host", "httpRequest.host"),
        "http_status_code": Field("responseCodeSent"),
        "url": Field("httpRequest.uri"),
        "target_name": Field("webaclId"),
        "target_id": Field("httpSourceId"),
        "target_type": Field("httpSourceName"),
        "resource_id": Field("webaclId"),
        "record_id": Field("httpRequest.requestId"),
        "message": Field("httpRequest.args"),
    },
    data_components=("Network Traffic Content", "Application Log Content"),
    usual_gap=timedelta(hours=1),
)
