from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} changed the runbook {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1651", "T1059.009"],
    on=done(
        "Microsoft.Automation/automationAccounts/runbooks/write",
        "Microsoft.Automation/automationAccounts/runbooks/draft/write",
        "Microsoft.Automation/automationAccounts/runbooks/draft/content/write",
        "Microsoft.Automation/automationAccounts/runbooks/publish/action",
        "Microsoft.Automation/automationAccounts/runbooks/draft/undoEdit/action",
        "Microsoft.Automation/automationAccounts/runbooks/content/write",
        "Microsoft.Automation/automationAccounts/runbooks/draft/testJob/write",
        "Microsoft.Automation/automationAccounts/modules/write",
        "Microsoft.Automation/automationAccounts/python3Packages/write",
        "Microsoft.Automation/automationAccounts/configurations/write",
        "Microsoft.Automation/automationAccounts/sourceControls/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=50,
    runbook=[
        "Compare the runbook with its source.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Put the runbook back; look at the jobs it ran since."],
    false_positives=["Deployments of runbooks: allow-list their identity."],
)
def automation_runbook_changed(event: Event) -> bool:
    """A changed runbook runs with the account's identity at its next start, and looks like operations."""
    return True
