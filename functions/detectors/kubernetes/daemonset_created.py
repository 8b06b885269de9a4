from functions.detectors.kubernetes.vocabulary import done_by_others
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} started a workload on every node: {target_name} in {namespace}",
    severity=Severity.LOW,
    techniques=["T1543.005", "T1610"],
    on=done_by_others(operation="create", target_type="daemonsets"),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=45,
    runbook=[
        "Read its image and what of the node it uses.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Delete it."],
    false_positives=["Installation of agents."],
)
def daemonset_created(event: Event) -> bool:
    """A daemon set runs on every node, also on those that come later: miners and intruders stay this way."""
    return True
