"""Azure Logic Apps: runs of workflows, their triggers and actions.

Fields: learn.microsoft.com, monitor and collect diagnostic data for workflows. Standard apps write `workflowId`,
consumption apps `resource`.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

azure_logicapps = Source(
    id="azure.logicapps",
    title="Azure Logic Apps",
    categories=("WorkflowRuntime",),
    times=(*TIMES, "properties.startTime", "properties.endTime"),
    fields=merged(
        BASE,
        {
            "operation": Field("operationName", "properties.resource.operationName", "category"),
            "event_result": Field("properties.status", "properties.code", normalise=result_word),
            "event_result_details": Field("properties.code", "properties.error.code", "properties.status"),
            "app_name": Field("properties.resource.workflowName", "properties.flowName", "workflowName"),
            "target_name": Field(
                "properties.resource.actionName",
                "properties.resource.triggerName",
                "properties.resource.workflowName",
            ),
            "session_id": Field("properties.resource.runId", "properties.resource.originRunId"),
            "correlation_id": Field(
                "properties.correlation.clientTrackingId", "properties.correlation.actionTrackingId"
            ),
            "region": Field("properties.resource.location", "location"),
            "message": Field("properties.error.message"),
        },
    ),
    data_components=("Application Log Content", "Scheduled Job Modification"),
    usual_gap=timedelta(hours=1),
)
