from functions.detectors.entra.vocabulary import LOCKED_OUT
from shared.detection import Severity, count, detector
from shared.events import Event


@detector(
    title="{count} sign-ins from {src_ip_addr} met a lockout",
    severity=Severity.MEDIUM,
    techniques=["T1110"],
    on=LOCKED_OUT,
    window=count(by="src_ip_addr", threshold=20, period="30m"),
    confidence=60,
    runbook=[
        "Which accounts does {src_ip_addr} try, and does it belong to the company?",
        "Look for a success from the same address before the lockouts.",
        "Check the address with the threat intelligence at hand.",
    ],
    response=["Block {src_ip_addr}.", "Reset the password of every account that it signed in to."],
    false_positives=["A device or server of the company that keeps an old password."],
    references=["https://learn.microsoft.com/entra/identity-platform/reference-error-codes"],
)
def account_lockouts_one_address(event: Event) -> bool:
    """An address that goes on signing in to locked accounts is a program, not a person."""
    return True
