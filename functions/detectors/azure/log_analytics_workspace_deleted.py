from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted or purged logs in {target_name}",
    severity=Severity.HIGH,
    techniques=["T1562.008", "T1485"],
    on=done(
        "Microsoft.OperationalInsights/workspaces/delete",
        "Microsoft.OperationalInsights/workspaces/tables/delete",
        "Microsoft.OperationalInsights/workspaces/purge/action",
        "Microsoft.OperationalInsights/workspaces/deleteData/action",
        "Microsoft.OperationalInsights/workspaces/dataExports/delete",
        "Microsoft.OperationalInsights/workspaces/dataSources/delete",
        "Microsoft.OperationalInsights/workspaces/linkedServices/delete",
        "Microsoft.OperationalInsights/workspaces/linkedStorageAccounts/delete",
        "Microsoft.OperationalInsights/clusters/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=75,
    runbook=[
        "Recover the workspace now: it stays recoverable for 14 days after a soft delete.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=[
        "Recover the workspace; take the rights of {actor_username} on it until the deletion is explained."
    ],
    false_positives=["Removal of test workspaces."],
    references=["https://learn.microsoft.com/azure/azure-monitor/logs/delete-workspace"],
)
def log_analytics_workspace_deleted(event: Event) -> bool:
    """The workspace is the memory of the security team: deleting it removes both the evidence and the detection."""
    return True
