from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, count, detector
from shared.events import Event


@detector(
    title="{src_ip_addr} listed machines and public addresses {count} times",
    severity=Severity.LOW,
    techniques=["T1580", "T1046"],
    on=done(
        "Microsoft.Network/publicIPAddresses/read",
        "Microsoft.Compute/virtualMachines/read",
        "Microsoft.Network/networkInterfaces/read",
        "Microsoft.Network/loadBalancers/read",
        "Microsoft.Network/virtualNetworks/read",
        "Microsoft.Network/networkSecurityGroups/read",
        "Microsoft.Compute/virtualMachineScaleSets/read",
        "Microsoft.Network/dnsZones/read",
    ),
    window=count(by="src_ip_addr", threshold=50, period="15m"),
    confidence=45,
    runbook=[
        "Find out whose address {src_ip_addr} is and which identity read.",
        "See whether writes or run commands followed.",
    ],
    response=["Revoke the sessions of the identity if the reads were not its own."],
    false_positives=["Inventory and posture scanners: allow-list their identity."],
)
def public_address_enumeration(event: Event) -> bool:
    """A map of what is reachable comes before the attack on it; few tools of the house read so much so fast."""
    return True
