from shared.detection import Severity, count, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} deleted or disabled {count} users",
    severity=Severity.HIGH,
    techniques=["T1531"],
    on=entra_audit(
        operation=["Delete user", "Hard Delete user", "Disable account", "Delete external user"],
        event_result="Success",
    ),
    window=count(by="actor_user_id", threshold=15, period="15m"),
    confidence=65,
    runbook=[
        "Is {actor_username} the provisioning service, and did the source of truth change?",
        "Whose accounts: administrators, everybody, a department?",
        "Are emergency accounts still there?",
    ],
    response=[
        "Stop {actor_username}: disable it and revoke its sessions.",
        "Restore the users from the recycle bin; hard-deleted ones are lost.",
    ],
    false_positives=["Provisioning after a change in the personnel system."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-user-accounts"],
)
def users_deleted_in_bulk(event: Event) -> bool:
    """Taking away accounts locks out those who could answer: it is done for extortion, and to hide."""
    return True
