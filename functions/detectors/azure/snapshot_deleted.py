from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the snapshot {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1490", "T1485"],
    on=done(
        "Microsoft.Compute/snapshots/delete",
        "Microsoft.Compute/restorePointCollections/delete",
        "Microsoft.Compute/restorePointCollections/restorePoints/delete",
        "Microsoft.NetApp/netAppAccounts/capacityPools/volumes/snapshots/delete",
        "Microsoft.Storage/storageAccounts/restorePoints/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=55,
    runbook=[
        "List which snapshots and backups are left.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Stop further deletions with a lock; take new snapshots."],
    false_positives=["Rotation of old snapshots: allow-list its identity."],
)
def snapshot_deleted(event: Event) -> bool:
    """Snapshots and restore points are what remains to come back from: they go first."""
    return True
