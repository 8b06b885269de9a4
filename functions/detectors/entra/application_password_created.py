from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} created an application password for {target_name}",
    severity=Severity.LOW,
    techniques=["T1556.006", "T1098.001"],
    on=entra_audit(operation="Create application password for user", event_result="Success"),
    confidence=40,
    runbook=["Which old program needs it?", "Was the account's sign-in unusual before?"],
    response=["Delete the password and forbid them in the tenant."],
    false_positives=["Old mail programs."],
    references=["https://learn.microsoft.com/entra/identity/authentication/howto-mfa-app-passwords"],
)
def application_password_created(event: Event) -> bool:
    """An application password signs in without a second factor and survives a reset of the real one."""
    return True
