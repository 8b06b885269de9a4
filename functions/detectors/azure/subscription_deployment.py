from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deployed at {resource_id}",
    severity=Severity.INFORMATIONAL,
    techniques=["T1059.009"],
    on=done(
        "Microsoft.Resources/deployments/write",
        "Microsoft.Resources/subscriptions/deployments/write",
        "Microsoft.Management/managementGroups/deployments/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=25,
    runbook=[
        "Read the template's resources.",
        "Ask {actor_username} for the change request, and see who else deploys at this level.",
    ],
    response=["Undo what nobody asked for."],
    false_positives=["Deployments of the platform team: allow-list their identity."],
)
def subscription_deployment(event: Event) -> bool:
    """A template at this scope can create roles, policies and resource groups in one step."""
    return "/resourcegroups/" not in str(event.resource_id)
