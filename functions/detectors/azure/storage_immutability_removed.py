from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} removed the write protection of {target_name}",
    severity=Severity.HIGH,
    techniques=["T1490"],
    on=done(
        "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/delete",
        "Microsoft.Storage/storageAccounts/blobServices/containers/clearLegalHold/action",
        "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=65,
    runbook=[
        "Find out what the container holds: audit logs, backups, evidence?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Set the policy again and lock it."],
    false_positives=["Holds that ended as planned."],
)
def storage_immutability_removed(event: Event) -> bool:
    """Logs and backups are made immutable so that nobody can change them, not even an administrator."""
    return True
