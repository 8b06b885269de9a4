"""Azure Event Hubs and Service Bus: who managed namespaces, who sent and received, who was turned away.

The two services share categories and shape and are told apart by their resource. Times stand in `EventTimeString`
or `eventTimestamp`, often in US order. Fields: learn.microsoft.com, monitoring data references of both services.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from shared.events.azure import BASE, RESOURCE_ID, TIMES, address
from shared.events.paths import Record, as_text
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

_SHARED: Final = (
    "OperationalLogs",
    "RuntimeAuditLogs",
    "ApplicationMetricsLogs",
    "DiagnosticErrorLogs",
    "CustomerManagedKeyUserLogs",
    "DataDRLogs",
)
_FIELDS: Final = merged(
    BASE,
    {
        "operation": Field("EventName", "ActivityName", "OperationName", "operationName", "TaskName", "Task"),
        "event_result": Field("Status", "ErrorCode", "Action", "resultType", normalise=result_word),
        "event_result_details": Field("ErrorMessage", "Message", "Reason", "Status", "Action"),
        "actor_username": Field("AuthId", "AuthKey", "Caller"),
        "actor_user_id": Field("AuthId"),
        "actor_user_type": Field("AuthType"),
        "src_ip_addr": Field("ClientIp", "IPAddress", "callerIpAddress", normalise=address),
        "network_protocol": Field("Protocol"),
        "target_name": Field(
            "EntityName", "EventHub", "NamespaceName", "Namespace", "EventProperties.Namespace"
        ),
        "target_type": Field("EntityType"),
        "namespace": Field("NamespaceName", "Namespace", "EventProperties.Namespace"),
        "url": Field("EventProperties.Via"),
        "event_count": Field("Count", "count"),
        "region": Field("Region", "location"),
        "correlation_id": Field("TrackingId", "EventProperties.TrackingId", "ActivityId", "correlationId"),
        "record_id": Field("ActivityId"),
        "message": Field("Message", "ErrorMessage", "Properties"),
    },
)
_TIMES: Final = (*TIMES, "Timestamp", "startTime")


def _of_provider(provider: str) -> Callable[[Record], bool]:
    def recognise(record: Record) -> bool:
        found = next((record[name] for name in (*RESOURCE_ID, "resourceid") if name in record), None)
        return provider in (as_text(found) or "").lower()

    return recognise


azure_servicebus = Source(
    id="azure.servicebus",
    title="Azure Service Bus",
    categories=(*_SHARED, "VNetAndIPFilteringLogs"),
    recognise=_of_provider("/microsoft.servicebus/"),
    recognising_keys=("ActivityId",),
    head_contains=("resourceId", "/microsoft.servicebus/"),
    times=_TIMES,
    fields=_FIELDS,
    data_components=("Application Log Content", "Cloud Service Modification"),
    usual_gap=timedelta(minutes=30),
)

azure_eventhub = Source(
    id="azure.eventhub",
    title="Azure Event Hubs",
    categories=(
        *_SHARED,
        "ArchiveLogs",
        "AutoScaleLogs",
        "KafkaCoordinatorLogs",
        "KafkaUserErrorLogs",
        "EventHubVNetConnectionEvent",
    ),
    recognise=_of_provider("/microsoft.eventhub/"),
    recognising_keys=("ActivityId",),
    head_contains=("resourceId", "/microsoft.eventhub/"),
    times=_TIMES,
    fields=_FIELDS,
    data_components=("Application Log Content", "Cloud Service Modification"),
    usual_gap=timedelta(minutes=30),
)
