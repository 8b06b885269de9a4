from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} removed the lock {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.001", "T1490"],
    on=done("Microsoft.Authorization/locks/delete"),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=70,
    runbook=[
        "Watch what is deleted under the lock's scope in the next minutes.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Set the lock again."],
    false_positives=["Planned changes to a locked resource: the lock returns soon after."],
)
def resource_lock_deleted(event: Event) -> bool:
    """A lock is the last thing between a stolen account and the deletion of vaults, backups and logs."""
    return True
