from functions.detectors.aws.vocabulary import PEOPLE
from shared.detection import Severity, count, detector
from shared.events import Event, aws_cloudtrail


@detector(
    title="{actor_username} invoked foundation models {count} times",
    severity=Severity.LOW,
    techniques=["T1496.004"],
    on=aws_cloudtrail(
        operation=["InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream"],
        actor_user_type=PEOPLE,
    ),
    window=count(by="actor_user_id", threshold=50, period="10m"),
    confidence=45,
    runbook=[
        "Does software of {actor_username} use models?",
        "Which models and regions, and were refusals among them?",
    ],
    response=["Deactivate the key; look at the bill."],
    false_positives=["Experiments of developers."],
)
def bedrock_invocation_burst(event: Event) -> bool:
    """Software invokes models with roles; a long-lived key that does so in a burst has been sold."""
    return True
