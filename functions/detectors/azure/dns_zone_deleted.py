from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the DNS zone {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1489"],
    on=done(
        "Microsoft.Network/dnsZones/delete",
        "Microsoft.Network/privateDnsZones/delete",
        "Microsoft.Network/dnsResolvers/delete",
        "Microsoft.Network/trafficManagerProfiles/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=60,
    runbook=[
        "Check whether public names of the house still resolve.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Create the zone again and check its name servers at the registrar."],
    false_positives=["Zones that were moved."],
)
def dns_zone_deleted(event: Event) -> bool:
    """Without its zone everything under a name is unreachable, and a public name may be taken over by others."""
    return True
