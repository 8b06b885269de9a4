"""Creation of a scheduled job in a cluster (T1053.007)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)


@detector(
    title="{actor_username} scheduled a job: {target_name} in {namespace}",
    severity=Severity.LOW,
    techniques=["T1053.007"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation="create",
        target_type="cronjobs",
        actor_username=_OTHERS,
        event_result="Success",
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=40,
    runbook=[
        "Read its image, command and schedule.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Delete it."],
    false_positives=["Releases that bring jobs."],
)
def scheduled_job_created(event: Event) -> bool:
    """A scheduled job starts again whatever is cleaned away."""
    return True
