from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} scheduled a runbook: {target_name}",
    severity=Severity.LOW,
    techniques=["T1651", "T1053"],
    on=done(
        "Microsoft.Automation/automationAccounts/schedules/write",
        "Microsoft.Automation/automationAccounts/jobSchedules/write",
        "Microsoft.Automation/automationAccounts/watchers/write",
        "Microsoft.Automation/automationAccounts/watchers/start/action",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=40,
    runbook=[
        "Read which runbook it starts, and when.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Delete the schedule."],
    false_positives=["Operations teams at work."],
)
def automation_schedule_created(event: Event) -> bool:
    """A schedule brings the intruder's script back after everything else was cleaned."""
    return True
