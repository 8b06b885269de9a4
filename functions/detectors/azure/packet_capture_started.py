from functions.detectors.azure.vocabulary import CONTROL_PLANE
from shared.detection import Severity, detector, select, suffix
from shared.events import Event


@detector(
    title="{actor_username} started a packet capture on {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1040"],
    on=select(
        CONTROL_PLANE,
        operation=suffix("/startpacketcapture/action", "/packetcaptures/write"),
        event_result="Success",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=65,
    runbook=[
        "Find out where the capture is stored and who can read it.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Stop the capture; delete its file after it was kept as evidence."],
    false_positives=["Network engineers looking for a fault."],
)
def packet_capture_started(event: Event) -> bool:
    """A capture holds whatever crosses the network in clear: credentials, tokens, personal data."""
    return True
