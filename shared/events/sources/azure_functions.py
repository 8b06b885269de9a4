"""Azure Functions: what function apps write while they run.

Fields: learn.microsoft.com, Azure Monitor table FunctionAppLogs. `properties` is an object, JSON in a string, or an
object in single quotes.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import Record
from shared.events.source_definition import Field, Source, merged


def _is_function_log(record: Record) -> bool:
    """Some forwarders drop the category; the columns of the functions' host tell."""
    category = record.get("category", record.get("Category"))
    if category is not None:
        return str(category).casefold() == "functionapplogs"
    inner = record.get("properties")
    if isinstance(inner, str):
        return "appName" in inner and "levelId" in inner
    return isinstance(inner, dict) and "appName" in inner and "levelId" in inner


azure_functions = Source(
    id="azure.functions",
    title="Azure Functions",
    categories=("FunctionAppLogs",),
    recognise=_is_function_log,
    recognising_keys=("properties",),
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
