from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the storage account {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1485", "T1490"],
    on=done(
        "Microsoft.Storage/storageAccounts/delete",
        "Microsoft.ClassicStorage/storageAccounts/delete",
        "Microsoft.DataLakeStore/accounts/delete",
        "Microsoft.NetApp/netAppAccounts/capacityPools/volumes/delete",
        "Microsoft.StorageSync/storageSyncServices/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=65,
    runbook=[
        "Find out what the account held; deleted accounts can be recovered within 14 days.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Recover the account."],
    false_positives=["Retired environments."],
)
def storage_account_deleted(event: Event) -> bool:
    """With the account go its data, its snapshots and often the backups that lie beside them."""
    return True
