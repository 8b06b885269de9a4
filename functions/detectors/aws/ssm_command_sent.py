from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector, prefix
from shared.events import Event


@detector(
    title="{actor_username} sent a command to instances through Systems Manager",
    severity=Severity.MEDIUM,
    techniques=["T1651"],
    on=done(
        "SendCommand",
        target_type="ssm.amazonaws.com",
        where={"requestParameters.documentName": prefix("AWS-Run", "arn:aws:ssm")},
    ),
    dedup=("actor_user_id",),
    confidence=50,
    runbook=[
        "Was the command planned, and how many machines did it reach?",
        "Read its output in the command's history.",
        "Is {actor_username} a person with a key, or the patching role?",
    ],
    response=[
        "Cancel the command; isolate the machines if it was not planned.",
        "Revoke the sessions of {actor_username}.",
    ],
    false_positives=["Patching and inventory: allow-list their roles."],
)
def ssm_command_sent(event: Event) -> bool:
    """One call runs a script as root on every machine that it names: administration and takeover look the same."""
    return True
