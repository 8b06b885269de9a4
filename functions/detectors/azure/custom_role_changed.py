from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed the role definition {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098.003"],
    on=done(
        "Microsoft.Authorization/roleDefinitions/write", "Microsoft.Authorization/roleDefinitions/delete"
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=55,
    runbook=[
        "Read the role's actions: wildcards, role assignments, keys, run commands?",
        "List who holds the role.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Put the role back."],
    false_positives=["Deployments of the platform team: allow-list their identity."],
)
def custom_role_changed(event: Event) -> bool:
    """A custom role can be Owner under a harmless name, and those who have it already grow with it."""
    return True
