from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted backups: {target_name}",
    severity=Severity.HIGH,
    techniques=["T1490", "T1485"],
    on=done(
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete",
        "Microsoft.RecoveryServices/vaults/delete",
        "Microsoft.RecoveryServices/vaults/backupPolicies/delete",
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/delete",
        "Microsoft.RecoveryServices/vaults/registeredIdentities/delete",
        "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/delete",
        "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/delete",
        "Microsoft.DataProtection/backupVaults/delete",
        "Microsoft.DataProtection/backupVaults/backupInstances/delete",
        "Microsoft.DataProtection/backupVaults/backupPolicies/delete",
        "Microsoft.DataProtection/backupVaults/backupInstances/stopProtection/action",
        "Microsoft.DataProtection/backupVaults/backupInstances/suspendBackups/action",
        "Microsoft.DataProtection/resourceGuards/delete",
        "Microsoft.RecoveryServices/locations/deletedVaults/purge/action",
        "Microsoft.DataProtection/backupVaults/deletedBackupInstances/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=75,
    runbook=[
        "List what is still protected.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Undo the deletion while soft delete holds it; take the rights of {actor_username}."],
    false_positives=["Machines that were retired."],
)
def backup_deleted(event: Event) -> bool:
    """Who can come back from backups need not pay: ransom begins with their deletion."""
    return True
