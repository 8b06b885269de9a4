from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector, distinct
from shared.events import Event


@detector(
    title="{actor_username} opened shells on {count} instances",
    severity=Severity.MEDIUM,
    techniques=["T1021.008", "T1651"],
    on=done("StartSession", "ResumeSession", target_type="ssm.amazonaws.com"),
    window=distinct(of="requestParameters.target", by="actor_user_id", threshold=3, period="10m"),
    confidence=45,
    runbook=[
        "Is there an incident that {actor_username} works on?",
        "What was typed? Session Manager can record it.",
    ],
    response=["End the sessions; revoke those of {actor_username}."],
    false_positives=["Incidents and roll-outs by hand."],
)
def ssm_sessions_burst(event: Event) -> bool:
    """One shell is work; one machine after the other is somebody looking around."""
    return True
