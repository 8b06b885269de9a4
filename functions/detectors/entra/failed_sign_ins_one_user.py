from functions.detectors.entra.vocabulary import USER_SIGN_INS
from shared.detection import Severity, count, detector, select
from shared.events import Event


@detector(
    title="{count} failed sign-ins for {actor_username}",
    severity=Severity.MEDIUM,
    techniques=["T1110.001"],
    on=select(USER_SIGN_INS, where={"properties.status.errorCode": [50126, 50053, 50056, 50064]}),
    window=count(by="actor_user_id", threshold=10, period="10m"),
    confidence=60,
    runbook=[
        (
            "Is {src_ip_addr} where {actor_username} usually works? Look at the account's successful "
            "sign-ins of the last week."
        ),
        "Look for a success right after the failures: then the password was found.",
        ("Ask {actor_username} by phone whether they or a device of theirs with an old password did this."),
    ],
    response=[
        "Reset the password and revoke the sessions if a sign-in from the same address succeeded.",
        "Block {src_ip_addr} in a named location if it attacks several accounts.",
    ],
    false_positives=["A phone or a scheduled task that still has the old password."],
    references=["https://learn.microsoft.com/entra/identity-platform/reference-error-codes"],
)
def failed_sign_ins_one_user(event: Event) -> bool:
    """Somebody is guessing this account's password: a person mistypes it three times, not ten."""
    return True
