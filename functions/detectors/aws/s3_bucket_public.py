from functions.detectors.aws.vocabulary import accounts_named, done
from shared.detection import Severity, detector
from shared.events import Event

PUBLIC = ("public-read", "authenticated-read", "/groups/global/allusers", "/groups/global/authenticatedusers")


@detector(
    title="{actor_username} opened bucket {target_name} to outsiders",
    severity=Severity.HIGH,
    techniques=["T1530", "T1537"],
    on=done("PutBucketPolicy", "PutBucketAcl", target_type="s3.amazonaws.com"),
    confidence=65,
    runbook=[
        "What does {target_name} hold?",
        "Who was let in: everybody, or an account; and whose is it?",
        "Look at the access log for reads since.",
    ],
    response=["Restore the policy; switch on Block Public Access.", "Find out what was read."],
    false_positives=["Public web content, partners with a contract."],
)
def s3_bucket_public(event: Event) -> bool:
    """A bucket that others can read is copied before anybody notices."""
    granted = event.texts("requestParameters")
    if event.operation.casefold() == "putbucketacl":
        return any(name in granted for name in PUBLIC)
    statements = event.get("requestParameters.bucketPolicy.Statement")
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or str(statement.get("Effect")).casefold() != "allow":
            continue
        principal = str(statement.get("Principal"))
        if "*" in principal and not statement.get("Condition"):
            return True
        if accounts_named(principal) - {str(event.account_id)}:
            return True
    return False
