from shared.detection import Severity, detector
from shared.events import Event, aws_cloudtrail


@detector(
    title="Sign-in as root of account {account_id} failed from {src_ip_addr}",
    severity=Severity.MEDIUM,
    techniques=["T1110.001"],
    on=aws_cloudtrail(
        operation="ConsoleLogin", actor_user_type="Root", where={"responseElements.ConsoleLogin": "Failure"}
    ),
    dedup=("account_id", "src_ip_addr"),
    confidence=55,
    runbook=["Did one of those who hold root's password try?", "How often, and did it succeed in the end?"],
    response=["Change root's password and check its second factor."],
    false_positives=["A typing error of those who may."],
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html"],
)
def root_login_failed(event: Event) -> bool:
    """Somebody tries root's password; nobody does that in passing."""
    return True
