"""Azure Container Apps: the output of containers, and what the platform does with them.

Fields: learn.microsoft.com, Azure Monitor tables ContainerAppConsoleLogs and ContainerAppSystemLogs.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES
from shared.events.source_definition import Field, Source, merged

azure_containerapps = Source(
    id="azure.containerapps",
    title="Azure Container Apps",
    categories=("ContainerAppConsoleLogs", "ContainerAppSystemLogs"),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("properties.Reason", "operationName", "category"),
            "event_severity": Field("properties.Type", "properties.Level", "level"),
            "app_name": Field("properties.ContainerAppName", "containerAppName"),
            "target_name": Field(
                "properties.RevisionName", "properties.ContainerName", "properties.ContainerAppName"
            ),
            "target_id": Field("properties.ContainerId"),
            "namespace": Field("properties.EnvironmentName"),
            "dvc_hostname": Field("properties.ContainerGroupName", "properties.ReplicaName"),
            "message": Field("properties.Log", "properties.log", "properties.Msg"),
        },
    ),
    data_components=("Application Log Content", "Container Creation"),
    usual_gap=timedelta(minutes=30),
)
