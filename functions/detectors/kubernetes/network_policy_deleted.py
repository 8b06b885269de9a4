from functions.detectors.kubernetes.vocabulary import DELETIONS, done_by_others
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} removed the network policy {target_name} of {namespace}",
    severity=Severity.LOW,
    techniques=["T1562.007"],
    on=done_by_others(
        operation=DELETIONS, target_type=["networkpolicies", "ciliumnetworkpolicies", "globalnetworkpolicies"]
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=50,
    runbook=[
        "See which pods can be reached now.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Create it again."],
    false_positives=["Releases that rename policies."],
)
def network_policy_deleted(event: Event) -> bool:
    """Without network policies every pod reaches every other."""
    return True
