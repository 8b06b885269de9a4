from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} switched off encryption by default: {operation}",
    severity=Severity.LOW,
    techniques=["T1562.001"],
    on=done("DisableEbsEncryptionByDefault", "DeleteBucketEncryption"),
    confidence=45,
    runbook=["Is there a change request?", "Were snapshots made or shared since?"],
    response=["Switch it on again."],
    false_positives=["Tests with old software."],
)
def encryption_disabled(event: Event) -> bool:
    """Copies without encryption leave an account easily: no key has to be shared with them."""
    return True
