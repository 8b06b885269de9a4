from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted {target_name} from an automation account",
    severity=Severity.LOW,
    techniques=["T1070", "T1489"],
    on=done(
        "Microsoft.Automation/automationAccounts/runbooks/delete",
        "Microsoft.Automation/automationAccounts/configurations/delete",
        "Microsoft.Automation/automationAccounts/hybridRunbookWorkerGroups/delete",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "Read what the runbook did when it last ran.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Restore the runbook from its source."],
    false_positives=["Clean-up by operations teams."],
)
def automation_runbook_deleted(event: Event) -> bool:
    """After the work the tool is removed; or the operations of the house are stopped."""
    return True
