from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} made a download link for {target_name}",
    severity=Severity.HIGH,
    techniques=["T1537", "T1530"],
    on=done(
        "Microsoft.Compute/disks/beginGetAccess/action",
        "Microsoft.Compute/snapshots/beginGetAccess/action",
        "Microsoft.Compute/restorePointCollections/restorePoints/beginGetAccess/action",
        "Microsoft.Compute/restorePointCollections/restorePoints/retrieveSasUris/action",
        "Microsoft.Compute/galleries/share/action",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=65,
    runbook=[
        "Find out whether the disk was downloaded, and to where.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Revoke the link with endGetAccess; rotate what lay on the disk."],
    false_positives=["Migrations and forensics; uploads of images begin the same way."],
)
def vm_disk_exported(event: Event) -> bool:
    """With the link the whole disk, passwords and keys on it included, is copied by whoever holds it."""
    return True
