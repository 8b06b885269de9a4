from functions.detectors.kubernetes.vocabulary import done_by_others
from shared.detection import Severity, absent, detector
from shared.events import Event


@detector(
    title="{actor_username} listed the secrets of the whole cluster",
    severity=Severity.HIGH,
    techniques=["T1552.007"],
    on=done_by_others(operation="list", target_type="secrets", namespace=absent()),
    dedup=("resource_id", "actor_username", "src_ip_addr"),
    confidence=75,
    runbook=[
        "Find out whether {actor_username} is a person or a workload, and from where it came ({src_ip_addr}).",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["Rotate the secrets; take the right to list them from {actor_username}."],
    false_positives=["Operators that synchronise secrets: allow-list their service account."],
)
def secrets_listed_cluster_wide(event: Event) -> bool:
    """One request gives every password, token and certificate that any workload of the cluster uses."""
    return True
