from functions.detectors.kubernetes.vocabulary import done_by_others
from shared.detection import Severity, detector, distinct
from shared.events import Event


@detector(
    title="{actor_username} listed the secrets of {count} namespaces",
    severity=Severity.HIGH,
    techniques=["T1552.007"],
    on=done_by_others(operation=["list", "watch"], target_type="secrets"),
    window=distinct(of="namespace", by="actor_username", threshold=5, period="15m"),
    confidence=65,
    runbook=[
        "Is {actor_username} a person, a pipeline or a controller, and is it its work?",
        "Which secrets are there, and where were they used since?",
    ],
    response=[
        "Rotate the secrets of those namespaces.",
        "Take the right to list secrets from {actor_username}.",
    ],
    false_positives=["Controllers that synchronise secrets: allow-list their service account."],
)
def secrets_listed_across_namespaces(event: Event) -> bool:
    """A workload needs the secrets of its own namespace; whoever wants those of all goes through the cluster."""
    return True
