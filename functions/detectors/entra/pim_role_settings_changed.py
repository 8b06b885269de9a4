from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} changed the PIM settings of role {target_name}",
    severity=Severity.LOW,
    techniques=["T1548.005"],
    on=entra_audit(operation=["Update role setting in PIM", "PIM policy removed"], event_result="Success"),
    dedup=("actor_user_id", "target_id"),
    confidence=45,
    runbook=[
        "What was loosened: approval, multifactor authentication, duration, permanent assignment?",
        "Which activations of the role followed?",
    ],
    response=["Restore the settings.", "Review activations since."],
    false_positives=["Planned governance changes."],
    references=[
        "https://learn.microsoft.com/entra/architecture/security-operations-privileged-identity-management"
    ],
)
def pim_role_settings_changed(event: Event) -> bool:
    """Approval, multifactor authentication and duration stand in these settings; loosened, an eligible
    role is an active one.
    """
    return True
