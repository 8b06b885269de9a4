"""Deletion of a storage account (T1485, T1490)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_activity, azure_activity_rest


@detector(
    title="{actor_username} deleted the storage account {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1485", "T1490"],
    on=select(
        [azure_activity, azure_activity_rest],
        operation=[
            "Microsoft.Storage/storageAccounts/delete",
            "Microsoft.ClassicStorage/storageAccounts/delete",
            "Microsoft.DataLakeStore/accounts/delete",
            "Microsoft.NetApp/netAppAccounts/capacityPools/volumes/delete",
            "Microsoft.StorageSync/storageSyncServices/delete",
        ],
        event_result="Success",
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
