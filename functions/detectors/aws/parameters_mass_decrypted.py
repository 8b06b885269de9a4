from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, count, detector
from shared.events import Event


@detector(
    title="{actor_username} decrypted parameters in {count} full calls",
    severity=Severity.MEDIUM,
    techniques=["T1555.006"],
    on=done("GetParameters", "GetParametersByPath", where={"requestParameters.withDecryption": True}),
    window=count(by="actor_user_id", threshold=3, period="10m"),
    confidence=55,
    runbook=[
        "Which parameters, and of which systems?",
        "Is {actor_username} a person with a key, or software?",
    ],
    response=["Rotate what was read.", "Revoke the sessions of {actor_username}."],
    false_positives=["Software with many settings: allow-list its role."],
)
def parameters_mass_decrypted(event: Event) -> bool:
    """Several calls, each with as many names as the service allows, empty the store; software asks for the
    few that it knows.
    """
    # Ten names a call is what the service allows at most.
    return event.get("requestParameters.names.9") is not None or event.get("requestParameters.path") == "/"
