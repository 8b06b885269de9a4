from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} set the console password of {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098.001"],
    on=done("CreateLoginProfile", "UpdateLoginProfile", target_type="iam.amazonaws.com"),
    confidence=60,
    runbook=[
        "Did {target_name} ask for it?",
        "Did {target_name} sign in to the console since, from where?",
        "Is a second factor registered?",
    ],
    response=["Delete the login profile.", "Deactivate the access key of {actor_username}."],
    false_positives=["A help desk for IAM users."],
)
def login_profile_changed(event: Event) -> bool:
    """A password on a user that never had one, or on somebody else's, turns stolen keys into a way through
    the front door.
    """
    owner = str(event.get("requestParameters.userName"))
    if owner == event.actor_username or str(event.get("userIdentity.arn")).endswith(f"/{owner}"):
        return False
    return event.get("requestParameters.passwordResetRequired") is not True
