from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} switched off a PIM alert: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562"],
    on=entra_audit(operation=["Disable PIM alert", "Deactivate PIM alert"], event_result="Success"),
    confidence=60,
    runbook=["Which alert, and who agreed?", "Were roles assigned since?"],
    response=["Switch the alert on again.", "Review role assignments since."],
    false_positives=["Noise that somebody wanted to be rid of."],
    references=[
        "https://learn.microsoft.com/entra/architecture/security-operations-privileged-identity-management"
    ],
)
def pim_alert_disabled(event: Event) -> bool:
    """These alerts report roles assigned past PIM; switched off, the next one goes unseen."""
    return True
