"""A new role that may change things (T1098.006)."""

from typing import Any

from shared.detection import Severity, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)
_CHANGING = frozenset({"create", "update", "patch", "delete", "deletecollection", "*"})


def _rules(event: Event) -> list[dict[str, Any]]:
    rules = event.get("properties.log.requestObject.rules") or event.get("requestObject.rules")
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _verbs(rule: dict[str, Any]) -> list[str]:
    verbs = rule.get("verbs")
    return [verb for verb in verbs if isinstance(verb, str)] if isinstance(verbs, list) else []


@detector(
    title="{actor_username} created the role {target_name}, which may change things",
    severity=Severity.INFORMATIONAL,
    techniques=["T1098.006"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation="create",
        target_type=["clusterroles", "roles"],
        actor_username=_OTHERS,
        event_result="Success",
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=30,
    runbook=[
        "Read the rules and who is bound to the role.",
        "Ask {actor_username} which release or change brought it.",
    ],
    response=["Delete the role if nobody asked for it."],
    false_positives=["Every release that brings its own roles."],
)
def write_role_created(event: Event) -> bool:
    """New rights are rare once a cluster has been set up; reading them takes a minute."""
    return any(verb in _CHANGING for rule in _rules(event) for verb in _verbs(rule))
