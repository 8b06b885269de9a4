from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} connected a machine or cluster: {target_name}",
    severity=Severity.LOW,
    techniques=["T1072"],
    on=done(
        "Microsoft.HybridCompute/machines/write",
        "Microsoft.Kubernetes/connectedClusters/write",
        "Microsoft.KubernetesConfiguration/fluxConfigurations/write",
        "Microsoft.KubernetesConfiguration/sourceControlConfigurations/write",
        "Microsoft.HybridCompute/privateLinkScopes/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=35,
    runbook=[
        "Find out whose machine, cluster or repository it is.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Disconnect it."],
    false_positives=["Rollouts of Azure Arc."],
)
def machine_or_cluster_connected(event: Event) -> bool:
    """What is connected can be run commands on from Azure, and a GitOps source deploys by itself."""
    return True
