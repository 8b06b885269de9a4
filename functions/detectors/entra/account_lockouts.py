from functions.detectors.entra.vocabulary import LOCKED_OUT
from shared.detection import Severity, detector, distinct
from shared.events import Event


@detector(
    title="{count} accounts locked in tenant {tenant_id}",
    severity=Severity.HIGH,
    techniques=["T1110"],
    on=LOCKED_OUT,
    window=distinct(of="actor_user_id", by="tenant_id", threshold=10, period="30m"),
    confidence=70,
    runbook=[
        "Group the locked sign-ins by address, application and user agent.",
        "Look for accounts among them that signed in with success.",
        "Find out whether a legacy protocol is used.",
    ],
    response=[
        "Block the addresses and the legacy protocol that the attack uses.",
        "Reset the accounts that were signed in to.",
    ],
    false_positives=["A misconfigured service that signs in for many users."],
    references=["https://learn.microsoft.com/entra/identity-platform/reference-error-codes"],
)
def account_lockouts(event: Event) -> bool:
    """Lockouts of many accounts at the same time are the trace of a guessing attack, and themselves an outage."""
    return True
