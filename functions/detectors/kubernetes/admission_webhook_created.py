from functions.detectors.kubernetes.vocabulary import done_by_others
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} put a webhook before every change of the cluster: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1546"],
    on=done_by_others(
        operation="create", target_type=["mutatingwebhookconfigurations", "validatingwebhookconfigurations"]
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=55,
    runbook=[
        "Read where the webhook sends requests: a service of the cluster or an address outside?",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Delete the configuration; look at the pods that were created under it."],
    false_positives=["Installation of operators and policy engines."],
)
def admission_webhook_created(event: Event) -> bool:
    """A webhook sees and can alter every object that is created: it reads secrets and adds containers."""
    return True
