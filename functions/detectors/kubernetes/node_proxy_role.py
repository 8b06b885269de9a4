"""A role that may speak to nodes directly (T1098.006, T1611)."""

from typing import Any

from shared.detection import Severity, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)
_NODES = frozenset({"nodes/proxy", "nodes/*"})


def _rules(event: Event) -> list[dict[str, Any]]:
    rules = event.get("properties.log.requestObject.rules") or event.get("requestObject.rules")
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _words(rule: dict[str, Any], name: str) -> list[str]:
    values = rule.get(name)
    return [str(value) for value in values] if isinstance(values, list) else []


@detector(
    title="{actor_username} wrote the role {target_name}, which reaches the nodes past the audit log",
    severity=Severity.HIGH,
    techniques=["T1098.006", "T1611"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation=["create", "update", "patch"],
        target_type=["clusterroles", "roles"],
        actor_username=_OTHERS,
        event_result="Success",
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=65,
    runbook=[
        "Read the rules and who is bound to the role.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Take nodes/proxy out of the role."],
    false_positives=["Monitoring that still reads metrics this way."],
)
def node_proxy_role(event: Event) -> bool:
    """The right to nodes/proxy runs commands in any pod through the node, past admission and audit."""
    for rule in _rules(event):
        resources = set(_words(rule, "resources"))
        if not _NODES.isdisjoint(resources) or {"nodes", "*"} <= resources:
            return True
    return False
