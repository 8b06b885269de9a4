from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} removed a sign-in method of {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1556.006"],
    on=entra_audit(
        operation=[
            "User deleted security info",
            "Admin deleted security info",
            "Disable Strong Authentication",
            "Remove users strong authentication phone app detail",
            "Delete authentication method",
            "Delete FIDO2 security key(s)",
            "Delete Windows Hello for Business credential",
            "Delete passwordless phone sign-in credential",
            "Delete all available strong authentication devices",
        ],
        event_result="Success",
    ),
    dedup=("actor_user_id", "target_id"),
    confidence=50,
    runbook=[
        "Ask {target_name} whether a phone or key was lost or replaced.",
        ("Look for a new method registered for {target_name} within the same hour, and from which address."),
        "Check the sign-ins of {actor_username} from {src_ip_addr} before the change.",
    ],
    response=[
        "Revoke the sessions of {target_name} and let them register again in person.",
        "Review other accounts that {actor_username} changed today.",
    ],
    false_positives=["Users change phones; the help desk resets methods on request."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-user-accounts"],
)
def mfa_method_removed(event: Event) -> bool:
    """Who has taken an account removes its second factor, or replaces it by their own, so that they can come back."""
    return True
