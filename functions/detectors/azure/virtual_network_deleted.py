from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the network {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1485", "T1489"],
    on=done(
        "Microsoft.Network/virtualNetworks/delete",
        "Microsoft.Network/virtualNetworkGateways/delete",
        "Microsoft.Network/vpnGateways/delete",
        "Microsoft.Network/expressRouteCircuits/delete",
        "Microsoft.Network/virtualHubs/delete",
        "Microsoft.Network/virtualWans/delete",
        "Microsoft.Network/natGateways/delete",
        "Microsoft.Network/bastionHosts/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=55,
    runbook=[
        "Find out what ran in the network.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Create the network again from its template."],
    false_positives=["Retired environments."],
)
def virtual_network_deleted(event: Event) -> bool:
    """Without its network nothing that ran in it reaches anything."""
    return True
