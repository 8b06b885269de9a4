from functions.detectors.azure.vocabulary import done
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed whom Defender for Cloud tells: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.001"],
    on=done(
        "Microsoft.Security/securityContacts/write",
        "Microsoft.Security/securityContacts/delete",
        "Microsoft.Security/autoProvisioningSettings/write",
        "Microsoft.Security/workspaceSettings/delete",
        "Microsoft.Security/workspaceSettings/write",
        "Microsoft.Security/settings/write",
        "Microsoft.Security/automations/delete",
        "Microsoft.Security/assessments/governanceAssignments/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=50,
    runbook=[
        "Read who is told now, and who was before.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Restore contacts, provisioning and export."],
    false_positives=["The first setup of a subscription."],
)
def security_contact_changed(event: Event) -> bool:
    """An alert that goes to nobody, or to the intruder, is no alert."""
    return True
