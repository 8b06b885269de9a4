from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} created a local user on {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1136", "T1098"],
    on=done(
        "Microsoft.Storage/storageAccounts/localUsers/write",
        "Microsoft.Storage/storageAccounts/localUsers/regeneratePassword/action",
        "Microsoft.Storage/storageAccounts/localUsers/listKeys/action",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=55,
    runbook=[
        "Read which containers the user reaches.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the user; switch SFTP off."],
    false_positives=["Exchange with partners over SFTP."],
)
def storage_local_user_created(event: Event) -> bool:
    """Local users sign in over SFTP with a password: outside Entra ID, outside conditional access."""
    return True
