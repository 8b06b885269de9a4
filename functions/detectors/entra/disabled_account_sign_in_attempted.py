from shared.detection import Severity, detector
from shared.events import Event, entra_signin


@detector(
    title="Sign-in to disabled account {actor_username} attempted from {src_ip_addr}",
    severity=Severity.LOW,
    techniques=["T1078.004"],
    on=entra_signin(where={"properties.status.errorCode": 50057}),
    dedup=("actor_user_id", "src_ip_addr"),
    dedup_period="24h",
    confidence=40,
    runbook=[
        "Who left, and when? Does {src_ip_addr} belong to them?",
        "Are other disabled accounts tried from the same address?",
    ],
    response=[
        "Check that sessions and credentials of {actor_username} were all revoked.",
        "Block {src_ip_addr} if it tries several accounts.",
    ],
    false_positives=["People who left and try once."],
    references=["https://learn.microsoft.com/entra/identity-platform/reference-error-codes"],
)
def disabled_account_sign_in_attempted(event: Event) -> bool:
    """The error comes only after the right password: somebody still has it, and tries whether the account does too."""
    return True
