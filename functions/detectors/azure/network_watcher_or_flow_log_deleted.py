from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the network monitoring {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.008", "T1562.001"],
    on=done(
        "Microsoft.Network/networkWatchers/delete",
        "Microsoft.Network/networkWatchers/flowLogs/delete",
        "Microsoft.Network/networkWatchers/connectionMonitors/delete",
        "Microsoft.Network/networkWatchers/configureFlowLog/action",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.FLOW_LOG,
    confidence=65,
    runbook=[
        "Check whether flow logs of other networks went at the same time.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Enable the flow log again."],
    false_positives=["Networks that were retired."],
)
def network_watcher_or_flow_log_deleted(event: Event) -> bool:
    """Flow logs show who talked to whom: without them lateral movement and exfiltration leave no trace."""
    return True
