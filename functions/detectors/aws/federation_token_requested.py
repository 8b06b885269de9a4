from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} requested a federation token or a console session",
    severity=Severity.MEDIUM,
    techniques=["T1550.001"],
    on=done("GetFederationToken", "GetSigninToken", actor_user_type="IAMUser"),
    dedup=("actor_user_id",),
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
    """The token works on when the key behind it is deactivated: intruders make one before they are noticed."""
    return True
