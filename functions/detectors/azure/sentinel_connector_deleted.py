from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} removed {target_name} from Sentinel",
    severity=Severity.MEDIUM,
    techniques=["T1562.008"],
    on=done(
        "Microsoft.SecurityInsights/dataConnectors/delete",
        "Microsoft.SecurityInsights/onboardingStates/delete",
        "Microsoft.SecurityInsights/settings/delete",
        "Microsoft.OperationsManagement/solutions/delete",
        "Microsoft.SecurityInsights/watchlists/delete",
        "Microsoft.SecurityInsights/contentPackages/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=70,
    runbook=[
        "Find out which tables the connector filled and when their last row arrived.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Connect the source again and replay what can still be read at its origin."],
    false_positives=["Connectors that moved to another workspace."],
)
def sentinel_connector_deleted(event: Event) -> bool:
    """Without its connector a source no longer reaches Sentinel, and every rule on it is blind."""
    return True
