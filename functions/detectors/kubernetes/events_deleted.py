from functions.detectors.kubernetes.vocabulary import DELETIONS, done_by_others
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} deleted events of {namespace}",
    severity=Severity.MEDIUM,
    techniques=["T1070"],
    on=done_by_others(operation=DELETIONS, target_type="events"),
    dedup=("resource_id", "actor_username", "namespace"),
    confidence=65,
    runbook=[
        "Read the audit log for what was started before.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Treat the cluster as entered until it is explained."],
)
def events_deleted(event: Event) -> bool:
    """Events tell which pods were started: nobody needs to delete them but an intruder."""
    return True
