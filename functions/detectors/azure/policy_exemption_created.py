from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} exempted resources from a policy: {target_name}",
    severity=Severity.LOW,
    techniques=["T1562.001"],
    on=done("Microsoft.Authorization/policyExemptions/write"),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=50,
    runbook=[
        "Read which policy and which resources, and when the exemption ends.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the exemption."],
    false_positives=["Exemptions that were approved."],
)
def policy_exemption_created(event: Event) -> bool:
    """An exemption opens one hole in a policy that everybody believes to be enforced."""
    return True
