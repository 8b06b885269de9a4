from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the entry point {target_name}",
    severity=Severity.LOW,
    techniques=["T1489"],
    on=done(
        "Microsoft.Network/loadBalancers/delete",
        "Microsoft.Network/applicationGateways/delete",
        "Microsoft.Network/frontDoors/delete",
        "Microsoft.Cdn/profiles/delete",
        "Microsoft.ApiManagement/service/delete",
        "Microsoft.Network/publicIPAddresses/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=35,
    runbook=[
        "See whether the applications behind it can still be reached.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Create it again from its template."],
    false_positives=["Releases that replace it."],
)
def load_balancer_deleted(event: Event) -> bool:
    """What users reach first is what stops a service for all of them."""
    return True
