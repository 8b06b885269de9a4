from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} changed policy {target_name}: {operation}",
    severity=Severity.MEDIUM,
    techniques=["T1556.009"],
    on=entra_audit(
        operation=[
            "Update Conditional Access policy",
            "Delete Conditional Access policy",
            "Update policy",
            "Delete policy",
            "Remove policy credentials",
            "Update continuous access evaluation",
            "Authentication Strength Policy Update",
            "Authentication Strength Policy Delete",
            "Authentication Strength Combination Configuration Update",
        ],
        event_result="Success",
    ),
    dedup=("actor_user_id", "target_id"),
    confidence=55,
    runbook=[
        (
            "Compare the old and the new value: users, applications or locations excluded, state off or "
            "report-only?"
        ),
        ("Is there a change request, and did {actor_username} make the change from where they usually work?"),
        "Which sign-ins since would the old policy have stopped?",
    ],
    response=[
        "Restore the policy.",
        "Revoke the sessions of {actor_username} and review their role if the change was not theirs.",
    ],
    false_positives=["Planned changes by the identity team: enter their change window."],
    references=[
        "https://learn.microsoft.com/entra/identity/conditional-access/troubleshoot-policy-changes-audit-log"
    ],
)
def conditional_access_policy_changed(event: Event) -> bool:
    """These policies decide who must prove what; a policy that was weakened lets a stolen password do."""
    return True
