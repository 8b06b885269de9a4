"""Deletion of a network policy (T1562.007)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)


@detector(
    title="{actor_username} removed the network policy {target_name} of {namespace}",
    severity=Severity.LOW,
    techniques=["T1562.007"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation=["delete", "deletecollection"],
        target_type=["networkpolicies", "ciliumnetworkpolicies", "globalnetworkpolicies"],
        actor_username=_OTHERS,
        event_result="Success",
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
