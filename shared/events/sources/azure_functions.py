"""Azure Functions: what function apps write while they run.

Fields: learn.microsoft.com, Azure Monitor table FunctionAppLogs. `properties` is an object, JSON in a string, or an
object in single quotes.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES, address
from shared.events.source import Field, Source, merged

azure_functions = Source(
    id="azure.functions",
    title="Azure Functions",
    categories=("FunctionAppLogs",),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("operationName", "properties.eventName", "properties.category"),
            "event_result_details": Field("properties.exceptionType", "properties.exceptionMessage"),
            "event_severity": Field("properties.level", "level"),
            "app_name": Field("properties.appName"),
            "target_name": Field("properties.functionName", "properties.appName"),
            "target_type": Field("properties.category"),
            "dvc_hostname": Field("properties.roleInstance", "Host"),
            "src_ip_addr": Field("callerIpAddress", "EventIpAddress", normalise=address),
            "session_id": Field("properties.functionInvocationId", "properties.hostInstanceId"),
            "correlation_id": Field(
                "properties.activityId", "properties.functionInvocationId", "correlationId"
            ),
            "message": Field("properties.message", "properties.exceptionMessage"),
        },
    ),
    data_components=("Application Log Content",),
    usual_gap=timedelta(minutes=30),
)
