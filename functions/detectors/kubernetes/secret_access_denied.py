from functions.detectors.kubernetes.vocabulary import asked_by_others
from shared.detection import Severity, count, detector
from shared.events import Event


@detector(
    title="{actor_username} was refused secrets of a cluster {count} times",
    severity=Severity.MEDIUM,
    techniques=["T1552.007", "T1613"],
    on=asked_by_others(
        operation=["get", "list", "watch"], target_type="secrets", http_status_code=["401", "403"]
    ),
    window=count(by="actor_username", threshold=12, period="10m"),
    confidence=55,
    runbook=[
        "Find out which workload or person {actor_username} is, and from where it asked ({src_ip_addr}).",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["End the token: delete its pod or service account."],
    false_positives=["A workload whose role was cut by mistake."],
)
def secret_access_denied(event: Event) -> bool:
    """A stolen token tries what it may do; refusals in a row are that trying."""
    return True
