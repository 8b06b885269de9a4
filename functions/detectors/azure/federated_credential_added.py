from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} lets an outside issuer act as {target_name}",
    severity=Severity.HIGH,
    techniques=["T1098.001"],
    on=done("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write"),
    dedup=("resource_id", "correlation_id"),
    confidence=60,
    runbook=[
        "Read issuer and subject: do they belong to the house?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the credential; look at what the identity did since."],
    false_positives=["New clusters and pipelines: allow-list the platform team."],
)
def federated_credential_added(event: Event) -> bool:
    """Whoever the issuer vouches for, a repository or a cluster, signs in as the identity without a secret."""
    return True
