from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the policy {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.001"],
    on=done(
        "Microsoft.Authorization/policyAssignments/delete",
        "Microsoft.Authorization/policySetDefinitions/delete",
        "Microsoft.Authorization/policyDefinitions/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=60,
    runbook=[
        "Read what the policy enforced, and look for resources that broke it since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Assign the policy again."],
    false_positives=["Policies that are replaced by a newer version."],
)
def policy_assignment_deleted(event: Event) -> bool:
    """Policies forbid public storage and put diagnostic settings on new resources: without the assignment neither
    holds.
    """
    return True
