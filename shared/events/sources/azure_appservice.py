"""Azure App Service: HTTP access, and who published to the site.

Fields: learn.microsoft.com, Azure Monitor tables AppServiceHTTPLogs and AppServiceAuditLogs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import as_text
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

_STEM_AND_QUERY = 2048


def _url(value: Any) -> str | None:
    text = as_text(value)
    return text[:_STEM_AND_QUERY] if text else None


azure_appservice_http = Source(
    id="azure.appservice.http",
    title="App Service HTTP access",
    categories=("AppServiceHTTPLogs",),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("properties.CsMethod", "operationName"),
            "event_result": Field("properties.ScStatus", normalise=result_word),
            "event_result_details": Field("properties.ScStatus"),
            "http_status_code": Field("properties.ScStatus"),
            "http_method": Field("properties.CsMethod"),
            "http_host": Field("properties.CsHost"),
            "http_user_agent": Field("properties.UserAgent"),
            "src_ip_addr": Field("properties.CIp", "callerIpAddress", normalise=address),
            "actor_username": Field("properties.CsUsername"),
            "url": Field("properties.CsUriStem", normalise=_url),
            "message": Field("properties.CsUriQuery", normalise=_url),
            "target_name": Field("properties.CsHost"),
            "network_bytes": Field("properties.ScBytes"),
        },
    ),
    data_components=("Network Traffic Content", "Application Log Content"),
    usual_gap=timedelta(minutes=10),
)

azure_appservice_audit = Source(
    id="azure.appservice.audit",
    title="App Service publishing audit",
    categories=("AppServiceAuditLogs",),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("OperationName", "operationName"),
            "event_result": Field("Properties.Result", "resultType", normalise=result_word),
            "actor_username": Field("Properties.User", "Properties.UserDisplayName"),
            "actor_user_id": Field("Properties.User"),
            "src_ip_addr": Field("Properties.UserAddress", normalise=address),
            "network_protocol": Field("Properties.Protocol"),
        },
    ),
    data_components=("Logon Session Creation",),
)

azure_appservice = Source(
    id="azure.appservice",
    title="App Service: output, platform and protection",
    categories=(
        "AppServiceConsoleLogs",
        "AppServiceAppLogs",
        "AppServicePlatformLogs",
        "AppServiceIPSecAuditLogs",
        "AppServiceAuthenticationLogs",
        "AppServiceFileAuditLogs",
        "AppServiceAntivirusScanAuditLogs",
        "AppServiceEnvironmentPlatformLogs",
    ),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("operationName", "properties.OperationName", "category"),
            "event_result": Field(
                "properties.Result", "properties.ScanStatus", "resultType", normalise=result_word
            ),
            "event_result_details": Field("properties.Details", "properties.Reason", "resultDescription"),
            "event_severity": Field("properties.Level", "level"),
            "actor_username": Field("properties.User", "properties.UserName"),
            "src_ip_addr": Field(
                "properties.CIp", "properties.ClientIP", "callerIpAddress", normalise=address
            ),
            "http_host": Field("properties.CsHost"),
            "app_name": Field("properties.SiteName", "properties.WebSiteInstanceId"),
            "target_name": Field("properties.Path", "properties.ContainerId", "properties.Host", "Host"),
            "dvc_hostname": Field("properties.Host", "Host"),
            "message": Field(
                "properties.Message", "properties.ResultDescription", "resultDescription", "properties.Log"
            ),
        },
    ),
    data_components=("Application Log Content", "File Modification"),
    usual_gap=timedelta(minutes=30),
)
