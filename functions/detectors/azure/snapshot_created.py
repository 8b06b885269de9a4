from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} copied a disk: {target_name}",
    severity=Severity.LOW,
    techniques=["T1578.001"],
    on=done(
        "Microsoft.Compute/snapshots/write", "Microsoft.Compute/restorePointCollections/restorePoints/write"
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=35,
    runbook=[
        "See whether the snapshot was exported or attached.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the snapshot."],
    false_positives=["Administrators before a change; backups run as workloads and are left out."],
)
def snapshot_created(event: Event) -> bool:
    """A snapshot attached to a machine of the intruder shows everything on the disk."""
    return "@" in str(event.actor_username)
