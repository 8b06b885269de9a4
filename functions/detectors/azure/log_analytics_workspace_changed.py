from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed the workspace {target_name}",
    severity=Severity.LOW,
    techniques=["T1562.008"],
    on=done(
        "Microsoft.OperationalInsights/workspaces/write",
        "Microsoft.OperationalInsights/workspaces/tables/write",
        "Microsoft.OperationalInsights/workspaces/linkedServices/write",
        "Microsoft.OperationalInsights/workspaces/dataExports/write",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=40,
    runbook=[
        "Compare retention, daily cap and plan with the template: did any of them become smaller?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Restore retention and cap."],
    false_positives=["Deployments write the workspace with every release: allow-list their identity."],
)
def log_analytics_workspace_changed(event: Event) -> bool:
    """Retention, plan, daily cap and public access decide which logs are kept and who can read them."""
    return True
