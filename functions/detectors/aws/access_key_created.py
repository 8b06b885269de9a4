from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} created an access key for {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098.001"],
    on=done("CreateAccessKey", target_type="iam.amazonaws.com"),
    dedup=("actor_user_id", "target_name"),
    confidence=45,
    runbook=[
        "Is it a rotation: was the old key deleted?",
        "From where was the new key used?",
        "Is {target_name} a user that {actor_username} looks after?",
    ],
    response=["Deactivate the key.", "Look at what the creator did before and after."],
    false_positives=["Rotation of keys."],
)
def access_key_created(event: Event) -> bool:
    """An access key works from everywhere until somebody deletes it."""
    return True
