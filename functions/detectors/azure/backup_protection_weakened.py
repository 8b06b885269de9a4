from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed the protection of backups: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1490"],
    on=done(
        "Microsoft.RecoveryServices/vaults/backupconfig/write",
        "Microsoft.RecoveryServices/vaults/backupstorageconfig/write",
        "Microsoft.RecoveryServices/vaults/backupPolicies/write",
        "Microsoft.RecoveryServices/vaults/write",
        "Microsoft.DataProtection/backupVaults/write",
        "Microsoft.DataProtection/backupVaults/backupPolicies/write",
        "Microsoft.DataProtection/resourceGuards/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Read soft delete, immutability and retention: did any of them become weaker?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Put the settings back; make the vault immutable."],
    false_positives=["Setup of vaults."],
)
def backup_protection_weakened(event: Event) -> bool:
    """Soft delete off, or one day of retention, makes the next deletion final."""
    return True
