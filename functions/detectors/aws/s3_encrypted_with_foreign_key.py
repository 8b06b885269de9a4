from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, count, detector, prefix, present
from shared.events import Event


@detector(
    title="{actor_username} encrypted {count} objects with a foreign key",
    severity=Severity.HIGH,
    techniques=["T1486"],
    on=[
        done(
            "CopyObject",
            "PutObject",
            where={"requestParameters.x-amz-server-side-encryption-customer-algorithm": present()},
        ),
        done(
            "CopyObject",
            "PutObject",
            where={"requestParameters.x-amz-server-side-encryption-aws-kms-key-id": prefix("arn:")},
        ),
    ],
    window=count(by="actor_user_id", threshold=10, period="10m"),
    confidence=65,
    runbook=[
        "Does software use keys of its own, or of another account of the company?",
        "Are old versions kept?",
    ],
    response=["Deny the identity; restore versions.", "Deny such requests by bucket policy."],
    false_positives=["Software that encrypts with customer keys: allow-list it."],
)
def s3_encrypted_with_foreign_key(event: Event) -> bool:
    """Objects encrypted with a key from the request, or of another account, can be read only by whoever
    holds it: ransom without malware.
    """
    key = str(event.get("requestParameters.x-amz-server-side-encryption-aws-kms-key-id", ""))
    return not key or f":{event.account_id}:" not in key
