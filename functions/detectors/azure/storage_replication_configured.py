from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} replicates data of {target_name} to another account",
    severity=Severity.MEDIUM,
    techniques=["T1537"],
    on=done(
        "Microsoft.Storage/storageAccounts/objectReplicationPolicies/write",
        "Microsoft.Storage/storageAccounts/blobServices/containers/migrate/action",
        "Microsoft.Storage/storageAccounts/inventoryPolicies/write",
        "Microsoft.Storage/storageTasks/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=55,
    runbook=[
        "Read the policy: does the destination belong to the house?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the policy; forbid replication across tenants."],
    false_positives=["Planned copies between regions."],
)
def storage_replication_configured(event: Event) -> bool:
    """Replication copies every new blob to another account, which may belong to somebody else."""
    return True
