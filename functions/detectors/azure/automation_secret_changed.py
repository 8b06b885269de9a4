from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed a credential of automation: {target_name}",
    severity=Severity.LOW,
    techniques=["T1098.001"],
    on=done(
        "Microsoft.Automation/automationAccounts/credentials/write",
        "Microsoft.Automation/automationAccounts/credentials/delete",
        "Microsoft.Automation/automationAccounts/connections/write",
        "Microsoft.Automation/automationAccounts/certificates/write",
        "Microsoft.Automation/automationAccounts/agentRegistrationInformation/regenerateKey/action",
        "Microsoft.Automation/automationAccounts/listKeys/action",
        "Microsoft.Automation/automationAccounts/hybridRunbookWorkerGroups/hybridRunbookWorkers/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Find out which runbooks use it.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Put the credential back; rotate it."],
    false_positives=["Rotation by operations teams."],
)
def automation_secret_changed(event: Event) -> bool:
    """Runbooks use these credentials; a new one, or a new worker, lets an intruder use them too."""
    return True
