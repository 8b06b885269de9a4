"""Deletion of an admission webhook or policy (T1562.001)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)


@detector(
    title="{actor_username} removed a check on changes of the cluster: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1562.001"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation=["delete", "deletecollection"],
        target_type=[
            "mutatingwebhookconfigurations",
            "validatingwebhookconfigurations",
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
            "constrainttemplates",
        ],
        actor_username=_OTHERS,
        event_result="Success",
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
