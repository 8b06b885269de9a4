from shared.detection import Severity, detector
from shared.events import Event, aws_cloudtrail


@detector(
    title="Root of account {account_id} signed in from {src_ip_addr}",
    severity=Severity.HIGH,
    techniques=["T1078.004"],
    on=aws_cloudtrail(
        operation="ConsoleLogin", actor_user_type="Root", where={"responseElements.ConsoleLogin": "Success"}
    ),
    dedup=("account_id", "src_ip_addr"),
    confidence=75,
    runbook=[
        "Who holds root's password and second factor? Ask them.",
        "What did root do since: access keys, e-mail address, billing?",
        "Was multifactor authentication used?",
    ],
    response=["Change root's password and second factor.", "Delete access keys that root created."],
    false_positives=["Tasks that only root can do; two people, and a ticket."],
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html"],
)
def root_login(event: Event) -> bool:
    """Root can do everything and is stopped by nothing; in a well-kept account it signs in once a year."""
    return True
