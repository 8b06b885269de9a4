from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} pushed an SSH key to an instance: {operation}",
    severity=Severity.LOW,
    techniques=["T1021.008", "T1098.004"],
    on=done("SendSSHPublicKey", "SendSerialConsoleSSHPublicKey", "EnableSerialConsoleAccess"),
    dedup=("actor_user_id",),
    confidence=45,
    runbook=[
        "Does {actor_username} log in to machines like this?",
        "Which machines, and what happened on them?",
    ],
    response=["End the sessions on the machines.", "Revoke the sessions of {actor_username}."],
    false_positives=["Operators who use Instance Connect."],
)
def instance_connect_key_pushed(event: Event) -> bool:
    """The pushed key opens a shell past whatever keys the machine knows; the serial console even past its network."""
    return True
