from shared.detection import Severity, count, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} reset {count} passwords",
    severity=Severity.MEDIUM,
    techniques=["T1531", "T1098"],
    on=entra_audit(
        operation=["Reset password", "Reset user password", "Admin started password reset"],
        event_result="Success",
    ),
    window=count(by="actor_user_id", threshold=8, period="30m"),
    confidence=55,
    runbook=[
        "Whose passwords, and did they ask?",
        "Does {actor_username} work at the help desk, and from {src_ip_addr}?",
        "Which of the accounts signed in since, from where?",
    ],
    response=[
        "Revoke the sessions of {actor_username} and of the accounts.",
        "Reset the accounts again through a second channel.",
    ],
    false_positives=["A help desk after an incident."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-user-accounts"],
)
def passwords_reset_in_bulk(event: Event) -> bool:
    """Resetting others' passwords takes over accounts, or locks their owners out."""
    return True
