"""A powerful role given (T1098.003)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_activity, azure_activity_rest

_RULING = (
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",  # Owner
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",  # User Access Administrator
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168",  # Role Based Access Control Administrator
)
_POWERFUL = (
    "b24988ac-6180-42a0-ab88-20f7382dd24c",  # Contributor
    "00482a5a-887f-4fb3-b363-3b7fe8e74483",  # Key Vault Administrator
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",  # Storage Blob Data Owner
    "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",  # Azure Kubernetes Service RBAC Cluster Admin
    "1c0163c0-47e6-4577-8991-ea5c82e286e4",  # Virtual Machine Administrator Login
)


@detector(
    title="{actor_username} gave a powerful role: {resource_id}",
    severity=Severity.LOW,
    techniques=["T1098.003"],
    on=select(
        [azure_activity, azure_activity_rest],
        operation=["Microsoft.Authorization/roleAssignments/write"],
        event_result="Success",
    ),
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
    return any(role in str(definition).casefold() for role in _POWERFUL + (_RULING if narrow else ()))
