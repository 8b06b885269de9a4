from functions.detectors.kubernetes.vocabulary import done_by_others
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} put a debug container into the pod {target_name} of {namespace}",
    severity=Severity.MEDIUM,
    techniques=["T1609", "T1610"],
    on=done_by_others(operation=["patch", "update"], target_type="pods", target_id="ephemeralcontainers"),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=55,
    runbook=[
        "Read the image of the container and what it did.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Delete the pod."],
    false_positives=["Developers who use kubectl debug."],
)
def debug_container_attached(event: Event) -> bool:
    """A debug container brings the intruder's own tools into a pod and shares its memory and network."""
    return True
