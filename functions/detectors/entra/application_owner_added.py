from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} made {target_name} an owner of an application",
    severity=Severity.LOW,
    techniques=["T1098"],
    on=entra_audit(
        operation=["Add owner to application", "Add owner to service principal"], event_result="Success"
    ),
    confidence=40,
    runbook=[
        "Which permissions does the application have?",
        "Does {target_name} work on it?",
        "Was a credential added since?",
    ],
    response=["Remove the owner.", "Rotate the application's credentials."],
    false_positives=["Hand-over between teams."],
    references=["https://learn.microsoft.com/entra/architecture/security-operations-applications"],
)
def application_owner_added(event: Event) -> bool:
    """An owner can add credentials and so act as the application, with all of its permissions."""
    # Whoever creates an application becomes its owner by itself.
    return bool(event.actor_user_id != event.target_id)
