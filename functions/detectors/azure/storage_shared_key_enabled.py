from functions.detectors.azure.vocabulary import done, written
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} allowed shared keys for {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098", "T1550"],
    on=done("Microsoft.Storage/storageAccounts/write"),
    dedup=("resource_id", "correlation_id"),
    confidence=55,
    runbook=[
        "See who listed the account's keys since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Switch shared keys off and regenerate both."],
    false_positives=["Tools that cannot use identities yet."],
)
def storage_shared_key_enabled(event: Event) -> bool:
    """A shared key opens the whole account, names nobody in the logs and passes no conditional access."""
    return "true" in written(event, "allowSharedKeyAccess")
