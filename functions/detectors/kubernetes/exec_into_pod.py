from functions.detectors.kubernetes.vocabulary import COMMANDS, done_by_others
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} ran a command in the pod {target_name} of {namespace}",
    severity=Severity.MEDIUM,
    techniques=["T1609"],
    on=done_by_others(target_type="pods", target_id=COMMANDS),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=50,
    runbook=[
        "Read the command in the request ({url}) and what the pod's service account may do.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["Delete the pod so that it starts clean; rotate what it could read."],
    false_positives=["Developers who look for a fault: allow-list them on test clusters."],
)
def exec_into_pod(event: Event) -> bool:
    """Whoever runs commands in a pod has its secrets, its network and its service account."""
    return True
