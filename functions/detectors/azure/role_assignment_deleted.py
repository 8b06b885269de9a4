from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} took a role away: {resource_id}",
    severity=Severity.LOW,
    techniques=["T1531"],
    on=done(
        "Microsoft.Authorization/roleAssignments/delete",
        "Microsoft.Authorization/classicAdministrators/delete",
        "Microsoft.Authorization/denyAssignments/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "Find out whose role it was, and whether administrators still have theirs.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Assign the role again from another administrator's account."],
    false_positives=["Clean-up of roles; deletion of applications."],
)
def role_assignment_deleted(event: Event) -> bool:
    """An intruder locks out those who could stop him by taking their roles."""
    return True
