from functions.detectors.aws.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} stopped CloudTrail: {operation} {target_name}",
    severity=Severity.HIGH,
    techniques=["T1562.008"],
    on=done(
        "StopLogging",
        "DeleteTrail",
        "DeleteEventDataStore",
        "StopEventDataStoreIngestion",
        target_type="cloudtrail.amazonaws.com",
    ),
    explains=LoggingLoss.TRAIL,
    confidence=85,
    runbook=[
        "Ask {actor_username} by phone; who works on logging stops a trail once in years.",
        "List everything the same access key did in the hour before.",
        "Is another trail still recording, such as the organisation's?",
    ],
    response=[
        "Start the trail again.",
        "Deactivate the access key or revoke the role's sessions.",
        "Read what the organisation's trail saw since.",
    ],
    false_positives=["Removal of a trail that another replaced."],
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-turning-off-logging.html"
    ],
)
def cloudtrail_stopped(event: Event) -> bool:
    """Whoever stops the trail does not want the next step to be seen."""
    return True
