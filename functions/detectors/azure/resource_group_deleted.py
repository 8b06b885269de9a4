from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the resource group {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1485"],
    on=done(
        "Microsoft.Resources/subscriptions/resourceGroups/delete",
        "Microsoft.Resources/deploymentStacks/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=60,
    runbook=[
        "Read what the group held; what can still be recovered?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Recover vaults, storage accounts and databases while soft delete holds them."],
    false_positives=["Test environments: allow-list their pipelines."],
)
def resource_group_deleted(event: Event) -> bool:
    """Everything in the group goes with it, in one request."""
    return True
