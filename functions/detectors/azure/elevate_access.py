from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} took control over every subscription of the tenant",
    severity=Severity.HIGH,
    techniques=["T1098.003", "T1548"],
    on=done("Microsoft.Authorization/elevateAccess/action"),
    dedup=("actor_username", "correlation_id"),
    confidence=85,
    runbook=[
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
        "Look for role assignments since.",
    ],
    response=["Remove the assignment at the root; revoke the sessions of {actor_username}."],
    false_positives=["Recovery of subscriptions that lost their owner."],
)
def elevate_access(event: Event) -> bool:
    """The switch makes a directory administrator User Access Administrator over everything in Azure."""
    return True
