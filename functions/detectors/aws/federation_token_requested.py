"""A user's key was turned into a session that outlives it (T1550.001)."""

from shared.detection import Severity, detector, none_of
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} requested a federation token or a console session",
    severity=Severity.MEDIUM,
    techniques=["T1550.001"],
    on=[
        aws_cloudtrail(
            operation="GetFederationToken", actor_user_type="IAMUser", event_result=none_of("Failure")
        ),
        aws_cloudtrail(
            operation="GetSigninToken", actor_user_type="IAMUser", event_result=none_of("Failure")
        ),
    ],
    dedup=("actor_user_id",),
    dedup_period="1h",
    confidence=55,
    runbook=[
        "Does software of {actor_username} use federation tokens?",
        "What did the session do (its name stands in the ARN)?",
    ],
    response=[
        "Attach a policy that denies everything to the user, then delete its key.",
        "Look at the console sessions made from it.",
    ],
    false_positives=["Old single sign-on brokers: allow-list their user."],
    references=["https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html"],
)
def federation_token_requested(event: Event) -> bool:
    """The token works on when the key behind it is deactivated: intruders make one before they are
    noticed.
    """
    return True
