from shared.detection import Severity, count, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} invited {count} guests",
    severity=Severity.LOW,
    techniques=["T1136.003"],
    on=entra_audit(
        operation=["Invite external user", "Invite internal user to B2B collaboration"],
        event_result="Success",
    ),
    window=count(by="actor_user_id", threshold=10, period="1h"),
    confidence=40,
    runbook=[
        "Which organisations do the guests belong to?",
        "Does {actor_username} usually invite guests, and from {src_ip_addr}?",
    ],
    response=["Delete the guests that nobody asked for.", "Restrict who may invite guests."],
    false_positives=["A project or an event that starts."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-user-accounts"],
)
def guest_invitations_burst(event: Event) -> bool:
    """Guests are accounts that the directory does not control; many of them in an hour is an import, or a way in."""
    return True
