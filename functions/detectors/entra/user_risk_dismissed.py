from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} dismissed the risk of {target_name}",
    severity=Severity.LOW,
    techniques=["T1562"],
    on=entra_audit(
        operation=["DismissUser", "DismissServicePrincipal", "ConfirmSafe"], event_result="Success"
    ),
    dedup=("actor_user_id",),
    confidence=40,
    runbook=[
        "What was the risk, and did anybody investigate it?",
        "Did {actor_username} dismiss the risk of their own account or of one that they use?",
    ],
    response=[
        "Confirm the account as compromised if nobody can say why it was dismissed.",
        "Reset the account and revoke its sessions.",
    ],
    false_positives=["Analysts who close false alarms."],
    references=[
        "https://learn.microsoft.com/entra/id-protection/howto-identity-protection-remediate-unblock"
    ],
)
def user_risk_dismissed(event: Event) -> bool:
    """Dismissing a risk lifts what the policies demand; an intruder with a role does it for the account they hold."""
    return True
