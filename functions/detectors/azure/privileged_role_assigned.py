from functions.detectors.azure.vocabulary import POWERFUL_ROLES, RULING_ROLES, done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} gave a powerful role: {resource_id}",
    severity=Severity.LOW,
    techniques=["T1098.003"],
    on=done("Microsoft.Authorization/roleAssignments/write"),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "Read who was given which role, and where.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the assignment."],
    false_positives=["Deployments that give roles to their applications: allow-list their identity."],
    references=["https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"],
)
def privileged_role_assigned(event: Event) -> bool:
    """Contributor runs code on every machine; roles for data read what the control plane hides."""
    definition = (
        event.get("properties.requestbody.properties.roleDefinitionId")
        or event.get("properties.responseBody.properties.roleDefinitionId")
        or event.texts("properties.requestbody")
    )
    if not definition:
        return True  # which role it was, the record does not say
    # Over a subscription or more, the roles that rule it have a detector of their own.
    narrow = "/resourcegroups/" in str(event.resource_id)
    roles = POWERFUL_ROLES + (RULING_ROLES if narrow else ())
    return any(role in str(definition).casefold() for role in roles)
