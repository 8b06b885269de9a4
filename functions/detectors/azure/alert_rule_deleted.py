from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted the alert rule {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.008", "T1562.001"],
    on=done(
        "Microsoft.Insights/alertRules/delete",
        "Microsoft.Insights/metricAlerts/delete",
        "Microsoft.Insights/activityLogAlerts/delete",
        "Microsoft.Insights/scheduledQueryRules/delete",
        "Microsoft.Insights/actionGroups/delete",
        "Microsoft.AlertsManagement/smartDetectorAlertRules/delete",
        "Microsoft.AlertsManagement/prometheusRuleGroups/delete",
        "Microsoft.SecurityInsights/alertRules/delete",
        "Microsoft.SecurityInsights/alertRules/actions/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=65,
    runbook=[
        "Read what {target_name} watched, and look at that by hand since the deletion.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Restore the rule from its template."],
    false_positives=["Rules that are replaced by newer ones."],
)
def alert_rule_deleted(event: Event) -> bool:
    """An alert rule that is gone raises nothing: intruders remove the rules that would tell on them."""
    return True
