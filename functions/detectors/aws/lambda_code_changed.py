from functions.detectors.aws.vocabulary import PEOPLE
from shared.detection import Severity, detector, none_of, prefix
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} changed the code of a function: {target_name}",
    severity=Severity.LOW,
    techniques=["T1648", "T1525"],
    on=aws_cloudtrail(
        operation=prefix("UpdateFunctionCode"), actor_user_type=PEOPLE, event_result=none_of("Failure")
    ),
    dedup=("actor_user_id", "target_name"),
    confidence=40,
    runbook=["Is there a deployment by {actor_username}?", "Compare the code with the repository."],
    response=["Deploy the last good version.", "Deactivate the access key."],
    false_positives=["Developers who try something in a test account."],
)
def lambda_code_changed(event: Event) -> bool:
    """Pipelines deploy code with roles; a change with a person's long-lived key stands outside of them,
    and runs with the function's rights.
    """
    return True
