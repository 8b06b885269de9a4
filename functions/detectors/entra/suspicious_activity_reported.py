from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} reported a multifactor request that was not theirs",
    severity=Severity.HIGH,
    techniques=["T1621"],
    on=entra_audit(
        operation=[
            "Suspicious activity reported",
            "Fraud reported - user is blocked for MFA",
            "Fraud reported - no action taken",
        ]
    ),
    confidence=85,
    runbook=[
        "Find the sign-in that asked: address, device, application.",
        "Which other accounts does that address try?",
        "Did the user approve an earlier request?",
    ],
    response=[
        "Reset the password and revoke the sessions of {actor_username}.",
        "Block the address of the sign-in.",
    ],
    false_positives=["A slip of the finger: the user says so."],
    references=["https://learn.microsoft.com/entra/identity/authentication/howto-mfa-mfasettings"],
)
def suspicious_activity_reported(event: Event) -> bool:
    """The user says so themselves: somebody else has the password and is at the second step."""
    return True
