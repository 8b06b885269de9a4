from functions.detectors.kubernetes.vocabulary import asked_by_others
from shared.detection import Severity, detector, distinct
from shared.events import Event


@detector(
    title="{actor_username} read {count} different secrets of a cluster",
    severity=Severity.MEDIUM,
    techniques=["T1552.007"],
    on=asked_by_others(operation=["get", "list", "watch"], target_type="secrets"),
    window=distinct(of="target_name", by="actor_username", threshold=15, period="10m"),
    confidence=55,
    runbook=[
        "Find out whether {actor_username} is a person or a workload.",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["Rotate the secrets that were read."],
    false_positives=["Operators that synchronise secrets: allow-list their service account."],
)
def secrets_read_in_bulk(event: Event) -> bool:
    """A workload reads its own few secrets; whoever goes through all of them collects them."""
    return True
