from functions.detectors.aws.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} stopped AWS Config: {operation}",
    severity=Severity.MEDIUM,
    techniques=["T1562.008", "T1562.001"],
    on=done(
        "StopConfigurationRecorder",
        "DeleteConfigurationRecorder",
        "DeleteDeliveryChannel",
        "DeleteConfigRule",
        "DeleteEvaluationResults",
        target_type="config.amazonaws.com",
    ),
    dedup=("actor_user_id", "account_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=65,
    runbook=["Was the recorder replaced by the organisation's?", "What did {actor_username} change since?"],
    response=["Start the recorder again."],
    false_positives=["Accounts that are closed."],
)
def config_recorder_stopped(event: Event) -> bool:
    """AWS Config remembers what was changed; without it, changes leave no history."""
    return True
