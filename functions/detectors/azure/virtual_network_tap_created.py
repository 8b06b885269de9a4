from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} mirrored traffic through {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1020.001", "T1040"],
    on=done(
        "Microsoft.Network/virtualNetworkTaps/write",
        "Microsoft.Network/virtualNetworkTaps/join/action",
        "Microsoft.Network/networkInterfaces/tapConfigurations/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=65,
    runbook=[
        "Find out where the copies go.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the tap's configurations."],
    false_positives=["Network detection that was planned."],
)
def virtual_network_tap_created(event: Event) -> bool:
    """A tap copies every packet of a machine to another address, for as long as nobody looks."""
    return True
