from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the message broker {target_name}",
    severity=Severity.LOW,
    techniques=["T1489", "T1485"],
    on=done(
        "Microsoft.ServiceBus/namespaces/delete",
        "Microsoft.ServiceBus/namespaces/queues/delete",
        "Microsoft.ServiceBus/namespaces/topics/delete",
        "Microsoft.ServiceBus/namespaces/topics/subscriptions/delete",
        "Microsoft.EventGrid/topics/delete",
        "Microsoft.EventGrid/systemTopics/delete",
        "Microsoft.EventGrid/eventSubscriptions/delete",
        "Microsoft.EventGrid/systemTopics/eventSubscriptions/delete",
        "Microsoft.Relay/namespaces/delete",
        "Microsoft.NotificationHubs/namespaces/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=35,
    runbook=[
        "Find out which applications send and wait there.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Create it again from its template."],
    false_positives=["Releases that rename queues."],
)
def message_broker_deleted(event: Event) -> bool:
    """Messages in a queue are lost with it, and what waits for them stops without an error."""
    return True
