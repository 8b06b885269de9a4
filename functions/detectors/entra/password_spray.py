from functions.detectors.entra.vocabulary import USER_SIGN_INS
from shared.detection import Severity, detector, distinct, select
from shared.events import Event


@detector(
    title="Password spray from {src_ip_addr}: {count} accounts",
    severity=Severity.HIGH,
    techniques=["T1110.003"],
    on=select(
        USER_SIGN_INS, where={"properties.status.errorCode": [50126, 50053, 50055, 50056, 50057, 50034]}
    ),
    window=distinct(of="actor_username", by="src_ip_addr", threshold=15, period="30m"),
    confidence=75,
    runbook=[
        "List the sign-ins from {src_ip_addr}: did any of them succeed?",
        "Find out whose address it is: an office, a VPN exit, or a hosting provider.",
        "Compare user agents and applications: sprays use one of each.",
    ],
    response=[
        (
            "Reset the passwords of accounts that signed in from {src_ip_addr} with success, and revoke "
            "their sessions."
        ),
        "Block {src_ip_addr} by Conditional Access.",
    ],
    false_positives=["A large office behind one address on the morning after passwords expired."],
    references=["https://learn.microsoft.com/entra/identity-platform/reference-error-codes"],
)
def password_spray(event: Event) -> bool:
    """One address fails for many accounts: a common password is tried on everybody, below the lockout of each."""
    return True
