"""A local user of a storage account created or its password made (T1136, T1098)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_activity, azure_activity_rest


@detector(
    title="{actor_username} created a local user on {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1136", "T1098"],
    on=select(
        [azure_activity, azure_activity_rest],
        operation=[
            "Microsoft.Storage/storageAccounts/localUsers/write",
            "Microsoft.Storage/storageAccounts/localUsers/regeneratePassword/action",
            "Microsoft.Storage/storageAccounts/localUsers/listKeys/action",
        ],
        event_result="Success",
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
