from functions.detectors.azure.vocabulary import done, written
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} switched off auditing or protection of {target_name}",
    severity=Severity.HIGH,
    techniques=["T1562.008", "T1562.001"],
    on=done(
        "Microsoft.Sql/servers/auditingSettings/write",
        "Microsoft.Sql/servers/databases/auditingSettings/write",
        "Microsoft.Sql/servers/extendedAuditingSettings/write",
        "Microsoft.Sql/servers/databases/extendedAuditingSettings/write",
        "Microsoft.Sql/servers/devOpsAuditingSettings/write",
        "Microsoft.Sql/servers/securityAlertPolicies/write",
        "Microsoft.Sql/servers/databases/securityAlertPolicies/write",
        "Microsoft.Sql/servers/advancedThreatProtectionSettings/write",
        "Microsoft.Sql/managedInstances/securityAlertPolicies/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=75,
    runbook=[
        "Find out what was read in the database since, from its own views.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Switch auditing on again."],
    false_positives=["Servers whose auditing moved to a policy."],
)
def sql_auditing_disabled(event: Event) -> bool:
    """Without auditing nobody can tell which rows were read."""
    return "disabled" in written(event, "state")
