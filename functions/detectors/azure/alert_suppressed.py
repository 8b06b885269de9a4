from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} created a rule that suppresses alerts: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.001"],
    on=done(
        "Microsoft.AlertsManagement/actionRules/write",
        "Microsoft.Security/alertsSuppressionRules/write",
        "Microsoft.SecurityInsights/automationRules/write",
        "Microsoft.SecurityInsights/automationRules/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=55,
    runbook=[
        "Read the rule: which alerts does it suppress or close, and until when?",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the rule, then look through the alerts that it swallowed."],
    false_positives=["Maintenance windows that were announced."],
)
def alert_suppressed(event: Event) -> bool:
    """Suppression is quieter than deletion: the alerts still exist and nobody sees them."""
    return True
