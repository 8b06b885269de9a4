from functions.detectors.azure.vocabulary import done, written
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} made {target_name} readable by everybody",
    severity=Severity.HIGH,
    techniques=["T1530"],
    on=done(
        "Microsoft.Storage/storageAccounts/write",
        "Microsoft.Storage/storageAccounts/blobServices/containers/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=80,
    runbook=[
        "List the containers of the account and what they hold.",
        "Look for anonymous reads since the change.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Forbid public access on the account, which overrides its containers."],
    false_positives=["Accounts that publish a web site: allow-list them."],
)
def storage_made_public(event: Event) -> bool:
    """Public containers are found by scanners within hours, and what was read cannot be called back."""
    levels = written(event, "publicAccess")
    return "true" in written(event, "allowBlobPublicAccess") or bool(levels & {"blob", "container"})
