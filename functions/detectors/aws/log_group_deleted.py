from functions.detectors.aws.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted logs: {operation}",
    severity=Severity.MEDIUM,
    techniques=["T1562.008", "T1070"],
    on=done("DeleteLogGroup", "DeleteLogStream", target_type="logs.amazonaws.com"),
    dedup=("actor_user_id",),
    explains=LoggingLoss.ACCOUNT,
    confidence=45,
    runbook=[
        "Which system wrote {target_name}, and does it still exist?",
        "Who is {actor_username}: a stack that is taken down, or a person?",
    ],
    response=["Restore what was exported.", "Protect log groups against deletion."],
    false_positives=["Stacks that are taken down."],
)
def log_group_deleted(event: Event) -> bool:
    """Logs that are gone cannot be asked."""
    return event.actor_username is not None and "cloudformation" not in str(event.get("sourceIPAddress"))
