from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} gave the identity {target_name} to a resource",
    severity=Severity.LOW,
    techniques=["T1098", "T1078.004"],
    on=done("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"),
    dedup=("resource_id", "correlation_id"),
    confidence=35,
    runbook=[
        "Read the roles of the identity and who can run code on the resource.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Take the identity off the resource."],
    false_positives=["Deployments: allow-list their identity."],
)
def managed_identity_assigned(event: Event) -> bool:
    """Code on the resource now acts with the roles of the identity."""
    return True
