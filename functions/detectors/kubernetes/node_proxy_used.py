from functions.detectors.kubernetes.vocabulary import done_by_others
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} spoke to the node {target_name} past the audit log",
    severity=Severity.MEDIUM,
    techniques=["T1609", "T1611"],
    on=done_by_others(target_type="nodes", target_id="proxy"),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=55,
    runbook=[
        "Read the path that was asked ({url}): run and exec are commands, metrics are not.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["Take nodes/proxy from {actor_username}."],
    false_positives=["Monitoring that reads metrics this way: allow-list its service account."],
)
def node_proxy_used(event: Event) -> bool:
    """Through nodes/proxy commands run in any pod of the node, and the audit log shows only this request."""
    return True
