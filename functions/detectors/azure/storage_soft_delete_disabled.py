from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event

_POLICIES = ("deleteRetentionPolicy", "containerDeleteRetentionPolicy", "shareDeleteRetentionPolicy")
_OFF = (False, "false", "False")


@detector(
    title="{actor_username} switched off the recovery of deleted data in {target_name}",
    severity=Severity.HIGH,
    techniques=["T1490"],
    on=done(
        "Microsoft.Storage/storageAccounts/blobServices/write",
        "Microsoft.Storage/storageAccounts/fileServices/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=80,
    runbook=[
        "Watch for deletions in the account right now.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Switch soft delete on again; take a backup."],
    false_positives=["Accounts for scratch data."],
)
def storage_soft_delete_disabled(event: Event) -> bool:
    """Without soft delete a deletion is final: it is what an intruder does just before destroying data."""
    asked, answered = "properties.requestbody.properties", "properties.responseBody.properties"
    paths = [f"{place}.{policy}.enabled" for place in (asked, answered) for policy in _POLICIES]
    return any(event.get(path) in _OFF for path in [*paths, f"{asked}.isVersioningEnabled"])
