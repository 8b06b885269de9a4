"""A pod that reaches through to its node (T1611, T1610)."""

from __future__ import annotations

from typing import Any

from shared.detection import Severity, detector, none_of, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.selection import Matcher

_OTHERS = Matcher(
    "prefix",
    ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice"),
    negated=True,
)
_CAPABILITIES = frozenset({"ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "BPF"})


def _pod(event: Event) -> dict[str, Any]:
    for place in ("properties.log.requestObject", "requestObject"):
        for path in ("spec.jobTemplate.spec.template.spec", "spec.template.spec", "spec"):
            pod = event.get(f"{place}.{path}")
            if isinstance(pod, dict):
                return pod
    return {}


def _each(pod: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    lists = (pod.get(name) for name in names)
    return [item for found in lists if isinstance(found, list) for item in found if isinstance(item, dict)]


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
    references=["https://attack.mitre.org/techniques/T1611/", "https://attack.mitre.org/techniques/T1610/"],
)
def aks_privileged_pod(event: Event) -> bool:
    """Privileged mode, host namespaces and host paths make a container root on its node, and from there on others."""
    pod = _pod(event)
    if any(pod.get(name) is True for name in ("hostNetwork", "hostPID", "hostIPC")):
        return True
    if any(volume.get("hostPath") for volume in _each(pod, "volumes")):
        return True
    for container in _each(pod, "containers", "initContainers", "ephemeralContainers"):
        rights = container.get("securityContext") or {}
        added = (rights.get("capabilities") or {}).get("add") or []
        if rights.get("privileged") is True or not _CAPABILITIES.isdisjoint(map(str, added)):
            return True
    return False
