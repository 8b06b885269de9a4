from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the cluster {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1485", "T1489"],
    on=done(
        "Microsoft.ContainerService/managedClusters/delete",
        "Microsoft.Kubernetes/connectedClusters/delete",
        "Microsoft.RedHatOpenShift/openShiftClusters/delete",
        "Microsoft.App/managedEnvironments/delete",
        "Microsoft.ServiceFabric/clusters/delete",
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
