from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed the start script of an instance",
    severity=Severity.MEDIUM,
    techniques=["T1651", "T1578.005"],
    on=done("ModifyInstanceAttribute", target_type="ec2.amazonaws.com"),
    confidence=60,
    runbook=[
        "Was the machine stopped and started around the change?",
        "What does the script do?",
        "Is there a change request?",
    ],
    response=["Restore the script; rebuild the machine if it was started with it."],
    false_positives=["Operators who repair a machine."],
)
def instance_user_data_changed(event: Event) -> bool:
    """The start script runs as root at the next boot: a way onto a machine without logging in."""
    return event.get("requestParameters.userData") is not None
