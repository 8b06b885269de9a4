"""The guard against public buckets was removed (T1562.007, T1530)."""

from shared.detection import Severity, detector, none_of
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} removed Block Public Access: {operation}",
    severity=Severity.MEDIUM,
    techniques=["T1562.007", "T1530"],
    on=aws_cloudtrail(
        operation=[
            "DeleteBucketPublicAccessBlock",
            "PutBucketPublicAccessBlock",
            "DeleteAccountPublicAccessBlock",
            "PutAccountPublicAccessBlock",
        ],
        target_type="s3.amazonaws.com",
        event_result=none_of("Failure"),
    ),
    confidence=60,
    runbook=["Which bucket, and what does it hold?", "Did a policy or access list follow?"],
    response=["Restore the block."],
    false_positives=["Public web content."],
)
def public_access_block_removed(event: Event) -> bool:
    """The block stops mistakes and intruders alike; it is removed just before a bucket is opened."""
    return event.operation.casefold().startswith("delete") or "false" in event.texts("requestParameters")
