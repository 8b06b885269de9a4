from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed the route {target_name}",
    severity=Severity.LOW,
    techniques=["T1562.007"],
    on=done(
        "Microsoft.Network/routeTables/write",
        "Microsoft.Network/routeTables/delete",
        "Microsoft.Network/routeTables/routes/write",
        "Microsoft.Network/routeTables/routes/delete",
        "Microsoft.Network/virtualHubs/hubRouteTables/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "Read the route's next hop: does traffic still pass the firewall?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Put the route back."],
    false_positives=["Planned network projects."],
)
def route_changed(event: Event) -> bool:
    """A route decides whether traffic passes the firewall: change it and the firewall sees nothing."""
    return True
