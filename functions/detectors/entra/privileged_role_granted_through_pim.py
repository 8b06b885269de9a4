from functions.detectors.entra.vocabulary import PRIVILEGED_ROLES, ROLE_ASSIGNED_THROUGH_PIM
from shared.detection import Severity, detector
from shared.events import Event, entra_audit


@detector(
    title="{actor_username} assigned a privileged role through PIM to {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098.003"],
    on=entra_audit(
        operation=[*ROLE_ASSIGNED_THROUGH_PIM, "Add EligibleRoleAssignment to RoleDefinition"],
        event_result="Success",
    ),
    confidence=50,
    runbook=[
        "Who asked for the assignment, and who approved it?",
        "Is the person's account in ordinary use, or is it new or a guest?",
        "Check the sign-ins of {actor_username} around this time.",
    ],
    response=[
        "Remove the assignment if nobody owns it.",
        "Require approval and multifactor authentication in the role's settings.",
    ],
    false_positives=["Onboarding of administrators."],
    references=[
        "https://learn.microsoft.com/entra/architecture/security-operations-privileged-identity-management"
    ],
)
def privileged_role_granted_through_pim(event: Event) -> bool:
    """An eligible role is as good as an active one to whoever holds the account: it only takes a click to use it."""
    assigned = event.texts("properties.targetResources")
    return any(role in assigned for role in PRIVILEGED_ROLES)
