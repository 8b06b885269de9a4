from functions.detectors.kubernetes.vocabulary import ANONYMOUS, BINDINGS, WRITES, done_by_others, requested
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} gave rights in the cluster to everybody: {target_name}",
    severity=Severity.HIGH,
    techniques=["T1098.006"],
    on=done_by_others(operation=WRITES, target_type=BINDINGS),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=85,
    runbook=[
        "Read which role was given.",
        "Look for requests by system:anonymous since.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Delete the binding."],
)
def anonymous_binding(event: Event) -> bool:
    """A binding for anonymous or all users opens the cluster to whoever reaches its address."""
    subjects = requested(event, "subjects")
    return any(
        isinstance(subject, dict) and str(subject.get("name")) in ANONYMOUS
        for subject in (subjects if isinstance(subjects, list) else ())
    )
