from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} connected another network: {target_name}",
    severity=Severity.LOW,
    techniques=["T1133"],
    on=done(
        "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write",
        "Microsoft.Network/connections/write",
        "Microsoft.Network/virtualNetworkGateways/generateVpnClientPackage/action",
        "Microsoft.Network/virtualNetworkGateways/generateVpnProfile/action",
        "Microsoft.Network/virtualNetworkGateways/write",
        "Microsoft.Network/p2sVpnGateways/write",
        "Microsoft.Network/p2sVpnGateways/generateVpnProfile/action",
        "Microsoft.Network/vpnGateways/vpnConnections/write",
        "Microsoft.Network/vpnServerConfigurations/write",
        "Microsoft.Network/expressRouteCircuits/authorizations/write",
        "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections/write",
        "Microsoft.Network/vpnSites/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Find out whose network is at the other end.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the connection."],
    false_positives=["Planned network projects."],
)
def remote_network_connected(event: Event) -> bool:
    """A peering or tunnel lets an outside network speak to inside machines as a neighbour, and stays."""
    return True
