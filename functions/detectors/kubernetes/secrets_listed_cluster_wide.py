"""The secrets of all namespaces listed (T1552.007)."""

from shared.detection import Severity, absent, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)


@detector(
    title="{actor_username} listed the secrets of the whole cluster",
    severity=Severity.HIGH,
    techniques=["T1552.007"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation="list",
        target_type="secrets",
        namespace=absent(),
        actor_username=_OTHERS,
        event_result="Success",
    ),
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
