from shared.detection import Severity, detector, findings, sequence
from shared.events import Event, entra_signin


@detector(
    title="A sign-in from {src_ip_addr} succeeded after a password spray from there",
    severity=Severity.HIGH,
    techniques=["T1110.003", "T1078.004"],
    window=sequence(
        [findings(detector="entra.password_spray"), entra_signin(event_result="Success")],
        by="src_ip_addr",
        within="6h",
    ),
    confidence=85,
    runbook=[
        "Whose sign-in was it? The records of the alert name it; that account is taken over.",
        "Did it pass a second factor? What was reached since?",
    ],
    response=["Revoke the sessions of the account and reset its password.", "Block {src_ip_addr}."],
    false_positives=["A provider's address that many customers share."],
)
def sign_in_after_password_spray(event: Event) -> bool:
    """A spray that found nothing is noise; the one success after it is the incident."""
    return True
