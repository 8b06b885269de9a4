"""Deletion of a cluster (T1485, T1489)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_activity, azure_activity_rest


@detector(
    title="{actor_username} deleted the cluster {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1485", "T1489"],
    on=select(
        [azure_activity, azure_activity_rest],
        operation=[
            "Microsoft.ContainerService/managedClusters/delete",
            "Microsoft.Kubernetes/connectedClusters/delete",
            "Microsoft.RedHatOpenShift/openShiftClusters/delete",
            "Microsoft.App/managedEnvironments/delete",
            "Microsoft.ServiceFabric/clusters/delete",
        ],
        event_result="Success",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=55,
    runbook=[
        "Find out which applications ran there and whether their volumes are left.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Create the cluster again and deploy to it."],
    false_positives=["Test clusters: allow-list their pipelines."],
)
def kubernetes_cluster_deleted(event: Event) -> bool:
    """With a cluster go all its applications, their volumes and the traces of what was done in them."""
    return True
