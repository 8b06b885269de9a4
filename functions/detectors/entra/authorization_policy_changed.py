from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} changed the tenant's authorization: {operation}",
    severity=Severity.LOW,
    techniques=["T1484"],
    on=entra_audit(
        operation=[
            "Update authorization policy",
            "Add permission grant policy",
            "Update permission grant policy",
            "Delete permission grant policy",
        ],
        event_result="Success",
    ),
    dedup=("actor_user_id",),
    confidence=45,
    runbook=[
        "Compare old and new value: who may now invite, consent, register applications?",
        "Is there a change request of {actor_username}?",
    ],
    response=["Restore the policy.", "Review consents and guests that came since."],
    false_positives=["Planned governance changes."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-infrastructure"],
)
def authorization_policy_changed(event: Event) -> bool:
    """The authorization policy says who may invite guests, consent to applications and read the directory;
    loosened, it opens a quiet way in.
    """
    return True
