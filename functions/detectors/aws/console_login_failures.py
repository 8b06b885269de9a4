from shared.detection import Severity, count, detector
from shared.events import Event, aws_cloudtrail


@detector(
    title="{count} failed AWS console sign-ins from {src_ip_addr}",
    severity=Severity.MEDIUM,
    techniques=["T1110"],
    on=aws_cloudtrail(operation="ConsoleLogin", where={"responseElements.ConsoleLogin": "Failure"}),
    window=count(by="src_ip_addr", threshold=8, period="15m"),
    confidence=55,
    runbook=[
        "Which users, and did one of the sign-ins succeed?",
        "Is {src_ip_addr} an office or a VPN exit?",
    ],
    response=["Deactivate users that signed in from {src_ip_addr} with success."],
    false_positives=["A person who forgot their password."],
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html"],
)
def console_login_failures(event: Event) -> bool:
    """Console passwords are guessed, or tried from a list."""
    return True
