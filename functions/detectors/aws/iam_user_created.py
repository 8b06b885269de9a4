from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} created IAM user {target_name}",
    severity=Severity.LOW,
    techniques=["T1136.003"],
    on=done("CreateUser", target_type="iam.amazonaws.com"),
    confidence=40,
    runbook=["Who asked for the user?", "Did access keys, a password or policies follow?"],
    response=["Delete the user."],
    false_positives=["Mail relays and old tools that need keys."],
)
def iam_user_created(event: Event) -> bool:
    """People come through federation and software has roles: a new IAM user is rare, and a good hiding place."""
    return True
