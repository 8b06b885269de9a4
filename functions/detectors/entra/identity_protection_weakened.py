from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} changed identity protection: {operation}",
    severity=Severity.MEDIUM,
    techniques=["T1556.006", "T1562"],
    on=entra_audit(
        operation=[
            "Update Sign-In Risk Policy",
            "Update User Risk and MFA Registration Policy",
            "Update IdentityProtectionPolicy",
            "Add bypass user",
            "POST Tenant.CreateBypassedUser",
            "Authentication Methods Policy Reset",
        ],
        event_result="Success",
    ),
    dedup=("actor_user_id", "operation"),
    confidence=55,
    runbook=[
        "What was loosened, and for whom?",
        "Is somebody at risk among those who profit from the change?",
        "Ask {actor_username} for the reason.",
    ],
    response=["Restore the setting.", "Look at the risky sign-ins that passed since."],
    false_positives=["A move of these policies to Conditional Access."],
    references=[
        "https://learn.microsoft.com/entra/id-protection/howto-identity-protection-configure-risk-policies"
    ],
)
def identity_protection_weakened(event: Event) -> bool:
    """These settings make risky sign-ins prove themselves; changed, they let them through."""
    return True
