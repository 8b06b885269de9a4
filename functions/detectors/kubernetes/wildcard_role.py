"""A role that may do everything, or raise itself (T1098.006)."""

from typing import Any

from shared.detection import Severity, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)
_RAISING = frozenset({"*", "escalate", "bind", "impersonate"})


def _rules(event: Event) -> list[dict[str, Any]]:
    rules = event.get("properties.log.requestObject.rules") or event.get("requestObject.rules")
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _words(rule: dict[str, Any], name: str) -> list[str]:
    values = rule.get(name)
    return [str(value) for value in values] if isinstance(values, list) else []


@detector(
    title="{actor_username} wrote the role {target_name}, which may do everything or raise itself",
    severity=Severity.MEDIUM,
    techniques=["T1098.006"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation=["create", "update", "patch"],
        target_type=["clusterroles", "roles"],
        actor_username=_OTHERS,
        event_result="Success",
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=50,
    runbook=[
        "Read the rules and who is bound to the role.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Cut the role down to what is used."],
    false_positives=["Operators that ask for everything: allow-list their installer."],
)
def wildcard_role(event: Event) -> bool:
    """Wildcards, impersonation and the right to bind roles make an ordinary account an administrator."""
    for rule in _rules(event):
        verbs, resources = set(_words(rule, "verbs")), set(_words(rule, "resources"))
        if "*" in resources and verbs - {"get", "list", "watch"}:
            return True
        if not _RAISING.isdisjoint(verbs) and (event.target_type == "clusterroles" or "*" in resources):
            return True
    return False
