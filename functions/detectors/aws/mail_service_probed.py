from shared.detection import Severity, detector, distinct
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} asked {count} questions about the mail service",
    severity=Severity.LOW,
    techniques=["T1526"],
    on=aws_cloudtrail(
        operation=[
            "GetSendQuota",
            "GetSendStatistics",
            "GetAccount",
            "GetAccountSendingEnabled",
            "ListIdentities",
            "ListVerifiedEmailAddresses",
            "ListEmailIdentities",
            "GetIdentityVerificationAttributes",
        ],
        target_type="ses.amazonaws.com",
    ),
    window=distinct(of="operation", by="actor_user_id", threshold=3, period="10m"),
    confidence=45,
    runbook=["Does {actor_username} look after mail?", "Did changes or mail follow?"],
    response=["Deactivate the key."],
    false_positives=["Console visits; Trusted Advisor."],
)
def mail_service_probed(event: Event) -> bool:
    """Stolen keys are checked for their use as a source of spam: quota, identities, status, in one go."""
    return event.get("userIdentity.invokedBy") is None and event.src_ip_addr is not None
