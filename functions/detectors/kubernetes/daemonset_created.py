"""Creation of a daemon set (T1543.005, T1610)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)


@detector(
    title="{actor_username} started a workload on every node: {target_name} in {namespace}",
    severity=Severity.LOW,
    techniques=["T1543.005", "T1610"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation="create",
        target_type="daemonsets",
        actor_username=_OTHERS,
        event_result="Success",
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=45,
    runbook=[
        "Read its image and what of the node it uses.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Delete it."],
    false_positives=["Installation of agents."],
)
def daemonset_created(event: Event) -> bool:
    """A daemon set runs on every node, also on those that come later: miners and intruders stay this way."""
    return True
