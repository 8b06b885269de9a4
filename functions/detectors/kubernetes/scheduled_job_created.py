from functions.detectors.kubernetes.vocabulary import done_by_others
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} scheduled a job: {target_name} in {namespace}",
    severity=Severity.LOW,
    techniques=["T1053.007"],
    on=done_by_others(operation="create", target_type="cronjobs"),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=40,
    runbook=[
        "Read its image, command and schedule.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Delete it."],
    false_positives=["Releases that bring jobs."],
)
def scheduled_job_created(event: Event) -> bool:
    """A scheduled job starts again whatever is cleaned away."""
    return True
