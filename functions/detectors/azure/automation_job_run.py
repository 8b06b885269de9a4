from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} started a runbook: {target_name}",
    severity=Severity.LOW,
    techniques=["T1651", "T1648"],
    on=done(
        "Microsoft.Automation/automationAccounts/jobs/write",
        "Microsoft.Automation/automationAccounts/jobs/resume/action",
        "Microsoft.Automation/automationAccounts/compilationjobs/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=35,
    runbook=[
        "Read the runbook and the job's output.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Stop the job."],
    false_positives=["Operations teams and schedules: allow-list their identity."],
)
def automation_job_run(event: Event) -> bool:
    """A job runs code with the identity of the automation account, or on machines of the house."""
    return True
