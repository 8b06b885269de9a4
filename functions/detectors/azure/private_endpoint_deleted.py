from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the private access {target_name}",
    severity=Severity.LOW,
    techniques=["T1562.007"],
    on=done(
        "Microsoft.Network/privateEndpoints/delete",
        "Microsoft.Network/privateLinkServices/delete",
        "Microsoft.Network/serviceEndpointPolicies/delete",
        "Microsoft.Network/networkSecurityPerimeters/delete",
        "Microsoft.Network/networkSecurityPerimeters/resourceAssociations/delete",
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Check whether the service behind the endpoint was opened to public networks.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Create the endpoint again."],
    false_positives=["Services that were retired."],
)
def private_endpoint_deleted(event: Event) -> bool:
    """When private access goes, the next step is often that the service is opened to the internet."""
    return True
