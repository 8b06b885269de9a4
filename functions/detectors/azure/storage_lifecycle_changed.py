from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed when data of {target_name} is deleted",
    severity=Severity.LOW,
    techniques=["T1485.001"],
    on=done(
        "Microsoft.Storage/storageAccounts/managementPolicies/write",
        "Microsoft.Storage/storageAccounts/managementPolicies/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Read the rule: what does it delete, and after how many days?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Remove the rule before its first run."],
    false_positives=["Housekeeping of logs."],
)
def storage_lifecycle_changed(event: Event) -> bool:
    """A lifecycle rule deletes on behalf of the service: quietly, everything, a day later."""
    return True
