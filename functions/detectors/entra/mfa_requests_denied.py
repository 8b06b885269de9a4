from functions.detectors.entra.vocabulary import USER_SIGN_INS
from shared.detection import Severity, count, detector, select
from shared.events import Event


@detector(
    title="{actor_username} failed or refused {count} multifactor requests",
    severity=Severity.HIGH,
    techniques=["T1621"],
    on=select(USER_SIGN_INS, where={"properties.status.errorCode": [500121, 50158, 50088]}),
    window=count(by="actor_user_id", threshold=5, period="15m"),
    confidence=70,
    runbook=[
        "Ask {actor_username} by phone whether they started these sign-ins.",
        "Look for a success after the failures, and for methods registered since.",
        "Where is {src_ip_addr}?",
    ],
    response=[
        "Reset the password and revoke the sessions of {actor_username} at once.",
        "Require number matching or a passkey.",
    ],
    false_positives=["A user with a broken phone who tries again."],
    references=["https://learn.microsoft.com/entra/identity-platform/reference-error-codes"],
)
def mfa_requests_denied(event: Event) -> bool:
    """The password is already known: somebody now sends requests until the user gives in."""
    return True
