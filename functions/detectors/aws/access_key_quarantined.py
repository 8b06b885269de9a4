from shared.detection import Severity, contains, detector
from shared.events import Event, aws_cloudtrail


@detector(
    title="AWS quarantined the exposed key of {target_name}",
    severity=Severity.HIGH,
    techniques=["T1552.001"],
    on=[
        aws_cloudtrail(
            operation=["AttachUserPolicy", "PutUserPolicy"],
            where={f"requestParameters.{name}": contains("AWSCompromisedKeyQuarantine")},
        )
        for name in ("policyArn", "policyName")
    ],
    confidence=90,
    runbook=[
        "Where does the key stand: repository, image, paste?",
        "What was called with it from addresses that are not yours?",
    ],
    response=["Deactivate the key at once, then rotate.", "Remove users, roles and machines made with it."],
    references=[
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html"
    ],
)
def access_key_quarantined(event: Event) -> bool:
    """AWS attaches this policy when it finds a key in a public place: others find it within minutes."""
    return True
