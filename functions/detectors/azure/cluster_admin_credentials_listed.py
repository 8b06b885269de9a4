from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} fetched the administrator's credentials of the cluster {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1552", "T1078.001"],
    on=done(
        "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
        "Microsoft.ContainerService/managedClusters/accessProfiles/listCredential/action",
        "Microsoft.ContainerService/managedClusters/resetAADProfile/action",
        "Microsoft.RedHatOpenShift/openShiftClusters/listCredentials/action",
        "Microsoft.RedHatOpenShift/openShiftClusters/listAdminCredentials/action",
        "Microsoft.Kubernetes/connectedClusters/listClusterUserCredential/action",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=50,
    runbook=[
        "Look for requests by masterclient in the audit log of the cluster since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Disable local accounts; rotate the cluster's certificates."],
    false_positives=["Pipelines that still deploy as administrator."],
)
def cluster_admin_credentials_listed(event: Event) -> bool:
    """The local administrator passes Entra ID and its policies, and appears in the audit log as nobody."""
    return True
