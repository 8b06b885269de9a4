from functions.detectors.kubernetes.vocabulary import DELETIONS, done_by_others
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} removed a check on changes of the cluster: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.001"],
    on=done_by_others(
        operation=DELETIONS,
        target_type=[
            "mutatingwebhookconfigurations",
            "validatingwebhookconfigurations",
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
            "constrainttemplates",
        ],
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=60,
    runbook=[
        "Find out which policy it enforced and what was created since.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Create it again from its template."],
    false_positives=["Removal of operators."],
)
def admission_webhook_deleted(event: Event) -> bool:
    """Policies against privileged pods are enforced by webhooks: without them nothing is refused."""
    return True
