from functions.detectors.aws.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} removed the invocation logging of Bedrock",
    severity=Severity.MEDIUM,
    techniques=["T1562.008"],
    on=done("DeleteModelInvocationLoggingConfiguration"),
    explains=LoggingLoss.ACCOUNT,
    confidence=65,
    runbook=[
        "Did the account use Bedrock before?",
        "Look for invocations and new model agreements by {actor_username}.",
    ],
    response=["Restore the logging.", "Deactivate the access key."],
    false_positives=["A logging bucket that was moved."],
)
def bedrock_logging_removed(event: Event) -> bool:
    """Whoever sells access to somebody else's models first makes sure that nobody reads the prompts."""
    return True
