from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} regenerated a key of the storage account {target_name}",
    severity=Severity.LOW,
    techniques=["T1098", "T1531"],
    on=done(
        "Microsoft.Storage/storageAccounts/regenerateKey/action",
        "Microsoft.Storage/storageAccounts/rotateKey/action",
        "Microsoft.Storage/storageAccounts/revokeUserDelegationKeys/action",
        "Microsoft.ClassicStorage/storageAccounts/regenerateKey/action",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "See whether applications that use the account fail.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Regenerate both keys and give them to the applications."],
    false_positives=["Planned rotation of keys."],
)
def storage_key_regenerated(event: Event) -> bool:
    """A storage key opens everything in the account; a new one locks out others and serves who made it."""
    return True
