from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed who reaches the event hub {target_name}",
    severity=Severity.LOW,
    techniques=["T1562.008", "T1098.001"],
    on=done(
        "Microsoft.EventHub/namespaces/authorizationRules/delete",
        "Microsoft.EventHub/namespaces/authorizationRules/regenerateKeys/action",
        "Microsoft.EventHub/namespaces/eventhubs/authorizationRules/delete",
        "Microsoft.EventHub/namespaces/eventhubs/authorizationRules/regenerateKeys/action",
        "Microsoft.EventHub/namespaces/authorizationRules/write",
        "Microsoft.EventHub/namespaces/eventhubs/authorizationRules/write",
        "Microsoft.EventHub/namespaces/disasterRecoveryConfigs/delete",
        "Microsoft.EventHub/namespaces/eventhubs/consumergroups/delete",
        "Microsoft.EventHub/namespaces/networkRuleSets/write",
        "Microsoft.EventHub/namespaces/networkRuleSets/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.HUB,
    confidence=60,
    runbook=[
        "Check the heartbeat of the sources that send to {target_name}.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Give the senders the new key, or restore the rule; delete rules that nobody asked for."],
    false_positives=["Planned rotation of keys."],
)
def event_hub_access_changed(event: Event) -> bool:
    """Senders whose key or network rule is gone stop without an error that anybody reads; a new rule lets a
    stranger write or read telemetry.
    """
    return True
