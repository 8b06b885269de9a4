"""A pod that reaches through to its node (T1611, T1610)."""

from shared.detection import Severity, detector, none_of, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)
_SIGNS = ('"hostnetwork":true', '"hostpid":true', '"hostipc":true', '"hostpath":{', '"privileged":true')
_CAPABILITIES = ('"add":["all"', '"sys_admin"', '"sys_ptrace"', '"sys_module"', '"dac_read_search"')


@detector(
    title="{actor_username} started a workload that reaches its node: {target_name} in {namespace}",
    severity=Severity.HIGH,
    techniques=["T1611", "T1610"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation=["create", "update", "patch"],
        target_type=["pods", "deployments", "daemonsets", "statefulsets", "replicasets", "jobs", "cronjobs"],
        target_id=none_of("status", "scale", "eviction", "binding"),
        actor_username=_OTHERS,
        event_result="Success",
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    dedup_period="1d",
    confidence=60,
    runbook=[
        "Read the pod's definition: what of the node does it use, and does the image come from the house's registry?",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["Delete the workload; drain and rebuild the node it ran on."],
    false_positives=["Agents for logs, storage and networks: allow-list their namespace."],
)
def privileged_pod(event: Event) -> bool:
    """Privileged mode, host namespaces and host paths make a container root on its node, and from there on others."""
    spec = event.texts("properties.log.requestObject.spec") or event.texts("requestObject.spec")
    return any(sign in spec for sign in _SIGNS + _CAPABILITIES)
