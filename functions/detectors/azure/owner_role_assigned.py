"""Owner or the right to assign roles given over a subscription or more (T1098.003)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_activity, azure_activity_rest

_ROLES = (
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",  # Owner
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",  # User Access Administrator
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168",  # Role Based Access Control Administrator
)


@detector(
    title="{actor_username} gave full control over {resource_id}",
    severity=Severity.HIGH,
    techniques=["T1098.003"],
    on=select(
        [azure_activity, azure_activity_rest],
        operation=["Microsoft.Authorization/roleAssignments/write"],
        event_result="Success",
    ),
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
    return broad and any(role in str(definition).casefold() for role in _ROLES)
