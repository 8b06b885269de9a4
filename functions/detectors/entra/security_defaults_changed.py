from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} changed the security defaults of the tenant",
    severity=Severity.MEDIUM,
    techniques=["T1556.009"],
    on=entra_audit(operation="Update security defaults", event_result="Success"),
    confidence=60,
    runbook=[
        "Were they switched off, and which Conditional Access policies take their place?",
        "Ask {actor_username} whether the change was planned.",
    ],
    response=["Switch the defaults on, or the policies that replace them."],
    false_positives=["A move to Conditional Access."],
    references=["https://learn.microsoft.com/entra/fundamentals/security-defaults"],
)
def security_defaults_changed(event: Event) -> bool:
    """Security defaults ask everybody for a second factor and block old protocols; without them and
    without policies nothing does.
    """
    return True
