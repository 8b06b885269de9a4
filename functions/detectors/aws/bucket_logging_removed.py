from functions.detectors.aws.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} removed access logging of bucket {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.008"],
    on=done("PutBucketLogging", target_type="s3.amazonaws.com"),
    explains=LoggingLoss.ACCOUNT,
    confidence=60,
    runbook=[
        "What does the bucket hold, and does CloudTrail record its data events?",
        "What did {actor_username} read since?",
    ],
    response=["Restore the logging."],
    false_positives=["A bucket whose data events are recorded instead."],
)
def bucket_logging_removed(event: Event) -> bool:
    """Without access logs nobody can say which objects were read."""
    return "targetbucket" not in event.texts("requestParameters")
