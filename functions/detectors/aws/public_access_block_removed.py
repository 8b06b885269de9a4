from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} removed Block Public Access: {operation}",
    severity=Severity.MEDIUM,
    techniques=["T1562.007", "T1530"],
    on=done(
        "DeleteBucketPublicAccessBlock",
        "PutBucketPublicAccessBlock",
        "DeleteAccountPublicAccessBlock",
        "PutAccountPublicAccessBlock",
        target_type="s3.amazonaws.com",
    ),
    confidence=60,
    runbook=["Which bucket, and what does it hold?", "Did a policy or access list follow?"],
    response=["Restore the block."],
    false_positives=["Public web content."],
)
def public_access_block_removed(event: Event) -> bool:
    """The block stops mistakes and intruders alike; it is removed just before a bucket is opened."""
    return event.operation.casefold().startswith("delete") or "false" in event.texts("requestParameters")
