from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted {target_name}, through which logs are collected",
    severity=Severity.MEDIUM,
    techniques=["T1562.008"],
    on=done(
        "Microsoft.Insights/dataCollectionRules/delete",
        "Microsoft.Insights/dataCollectionRuleAssociations/delete",
        "Microsoft.Insights/dataCollectionEndpoints/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=60,
    runbook=[
        "Find the machines and tables that the rule served and the time of their last record.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Restore the rule and its associations from the template."],
    false_positives=["Machines that are retired lose their associations."],
)
def data_collection_rule_deleted(event: Event) -> bool:
    """Agents and the Logs Ingestion interface deliver through these rules: without them machines and custom tables
    fall silent.
    """
    return True
