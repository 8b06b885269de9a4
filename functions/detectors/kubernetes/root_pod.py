from functions.detectors.kubernetes.vocabulary import WORKLOAD_WRITTEN, pod_spec
from shared.detection import Severity, detector
from shared.events import Event

_SIGNS = ('"runasuser":0,', '"runasuser":0}', '"runasnonroot":false')


@detector(
    title="{actor_username} started a workload as root: {target_name} in {namespace}",
    severity=Severity.LOW,
    techniques=["T1610"],
    on=WORKLOAD_WRITTEN,
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    dedup_period="1d",
    confidence=35,
    runbook=[
        "Read the pod's definition: does the image need root?",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Let the workload run as another user; enforce it by policy."],
    false_positives=["Images of third parties that still need root."],
)
def root_pod(event: Event) -> bool:
    """Root in a container is half the way out of it; most applications need no root, and say so."""
    spec = pod_spec(event)
    return any(sign in spec for sign in _SIGNS)
