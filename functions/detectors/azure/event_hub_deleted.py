from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the event hub {target_name}",
    severity=Severity.HIGH,
    techniques=["T1562.008", "T1489"],
    on=done(
        "Microsoft.EventHub/namespaces/delete",
        "Microsoft.EventHub/namespaces/eventhubs/delete",
        "Microsoft.EventHub/clusters/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.HUB,
    confidence=75,
    runbook=[
        "Find out which diagnostic settings named the hub, and which of their sources have stopped.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Create the hub again from its template and check that every sender resumes."],
    false_positives=["Removal of test environments."],
)
def event_hub_deleted(event: Event) -> bool:
    """Telemetry travels through event hubs: deleting one silences every source that writes to it."""
    return True
