from shared.detection import Severity, detector
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} signed in to the AWS console without a second factor",
    severity=Severity.MEDIUM,
    techniques=["T1078.004"],
    on=aws_cloudtrail(
        operation="ConsoleLogin",
        actor_user_type="IAMUser",
        where={"responseElements.ConsoleLogin": "Success", "additionalEventData.MFAUsed": "No"},
    ),
    dedup=("actor_user_id", "src_ip_addr"),
    dedup_period="12h",
    confidence=55,
    runbook=[
        "Is {src_ip_addr} usual for {actor_username}?",
        "Which rights does the user have, and what did they do since?",
    ],
    response=[
        "Register a second factor, or delete the console password.",
        "Deactivate the user if they did not sign in themselves.",
    ],
    false_positives=["Test users: replace them by roles."],
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html"],
)
def console_login_without_mfa(event: Event) -> bool:
    """A password alone opened the console: it needs only to be guessed, phished or found."""
    return True
