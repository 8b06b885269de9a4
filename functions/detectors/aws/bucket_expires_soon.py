import re

from functions.detectors.aws.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event

_DAYS = re.compile(r'"expiration":\{[^{}]*"days":"?([0-9]+)')


@detector(
    title="{actor_username} lets objects of {target_name} expire within days",
    severity=Severity.MEDIUM,
    techniques=["T1562.008", "T1485.001"],
    on=done("PutBucketLifecycle", "PutBucketLifecycleConfiguration", target_type="s3.amazonaws.com"),
    explains=LoggingLoss.ACCOUNT,
    confidence=55,
    runbook=["Does the bucket hold logs of a trail, or backups?", "Is there a change request for the rule?"],
    response=[
        "Remove the rule before the next midnight (UTC), when it takes effect.",
        "Restore from versions or copies.",
    ],
    false_positives=["Buckets for temporary files."],
)
def bucket_expires_soon(event: Event) -> bool:
    """A lifecycle rule of a day deletes a trail's logs, or a customer's files, without a single deletion
    being called.
    """
    return any(int(days) <= 7 for days in _DAYS.findall(event.texts("requestParameters")))
