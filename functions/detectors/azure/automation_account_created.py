from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} wrote the automation account {target_name}",
    severity=Severity.LOW,
    techniques=["T1651", "T1078.004"],
    on=done("Microsoft.Automation/automationAccounts/write"),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "Read which roles the account's identity has.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the account; take its roles."],
    false_positives=["Operations teams at work."],
)
def automation_account_created(event: Event) -> bool:
    """An automation account runs scripts with its own identity, away from everybody's machine."""
    return True
