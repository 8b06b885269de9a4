from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the storage container or share {target_name}",
    severity=Severity.LOW,
    techniques=["T1485"],
    on=done(
        "Microsoft.Storage/storageAccounts/blobServices/containers/delete",
        "Microsoft.Storage/storageAccounts/fileServices/shares/delete",
        "Microsoft.Storage/storageAccounts/queueServices/queues/delete",
        "Microsoft.Storage/storageAccounts/tableServices/tables/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Find out what it held and whether soft delete keeps it.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Restore the container."],
    false_positives=["Temporary containers of pipelines."],
)
def storage_container_deleted(event: Event) -> bool:
    """A container is where data is lost at once, without a line per blob."""
    return True
