from functions.detectors.aws.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed the start script of notebooks: {operation}",
    severity=Severity.MEDIUM,
    techniques=["T1651"],
    on=done(
        "CreateNotebookInstanceLifecycleConfig",
        "UpdateNotebookInstanceLifecycleConfig",
        "CreateStudioLifecycleConfig",
    ),
    confidence=45,
    runbook=[
        "What does the script do, and which notebooks use it?",
        "Does {actor_username} look after notebooks?",
    ],
    response=["Restore the script; stop notebooks started with it."],
    false_positives=["Data teams' own set-up."],
)
def sagemaker_lifecycle_changed(event: Event) -> bool:
    """The script runs with the notebook's role whenever it starts."""
    return True
