from functions.detectors.azure.vocabulary import RULING_ROLES, done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} gave full control over {resource_id}",
    severity=Severity.HIGH,
    techniques=["T1098.003"],
    on=done("Microsoft.Authorization/roleAssignments/write"),
    dedup=("resource_id", "correlation_id"),
    confidence=80,
    runbook=[
        "Read who was given the role: a person, a group, a workload, somebody outside?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Delete the assignment; look at what its holder did since."],
    false_positives=["Setup of new subscriptions by the platform team: allow-list their identity."],
    references=["https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"],
)
def owner_role_assigned(event: Event) -> bool:
    """Whoever owns a subscription, or may assign its roles, owns everything in it."""
    definition = (
        event.get("properties.requestbody.properties.roleDefinitionId")
        or event.get("properties.responseBody.properties.roleDefinitionId")
        or event.texts("properties.requestbody")
    )
    broad = "/resourcegroups/" not in str(event.resource_id)
    return broad and any(role in str(definition).casefold() for role in RULING_ROLES)
