from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, count, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted {count} objects of one bucket",
    severity=Severity.HIGH,
    techniques=["T1485"],
    on=done("DeleteObject", "DeleteObjects", target_type="s3.amazonaws.com"),
    window=count(by=["actor_user_id", "requestParameters.bucketName"], threshold=50, period="10m"),
    confidence=55,
    runbook=[
        "Is it a clean-up by software?",
        "Are versions kept, and are they deleted too?",
        "Was a note left in the bucket?",
    ],
    response=["Deny the identity; restore versions.", "Keep what remains: stop lifecycle rules."],
    false_positives=["Clean-up jobs: allow-list their role."],
)
def s3_objects_mass_deleted(event: Event) -> bool:
    """A bucket that is emptied within minutes is extortion, revenge, or a script that must be stopped."""
    return True
