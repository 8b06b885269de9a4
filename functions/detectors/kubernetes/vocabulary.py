"""The words of the detectors of clusters: who asks the API server, for what, and what a request carries.

Resources and verbs: kubernetes.io, "API Overview"; the audit record: "kube-apiserver Audit Configuration (v1)".
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from shared.detection import none_of, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher
from shared.events.source_definition import Selection

AUDIT = (azure_aks_audit, kubernetes_audit)

WRITES = ("create", "update", "patch")
DELETIONS = ("delete", "deletecollection")
COMMANDS = ("exec", "attach")
"""Subresources of a pod that run something in it."""
BINDINGS = ("clusterrolebindings", "rolebindings")
ROLES = ("clusterroles", "roles")
WORKLOADS = ("pods", "deployments", "daemonsets", "statefulsets", "replicasets", "jobs", "cronjobs")

ANONYMOUS = ("system:anonymous", "system:unauthenticated")
_CLUSTER = Matcher(
    "prefix",
    ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice"),
    negated=True,
)
SYSTEM_NAMESPACES = ("kube-system", "kube-public", "kube-node-lease")


def asked_by_others(**conditions: Any) -> list[Selection]:
    """Requests of somebody else than the cluster itself, whatever came of them."""
    return select(AUDIT, actor_username=_CLUSTER, **conditions)


def done_by_others(**conditions: Any) -> list[Selection]:
    """Requests of somebody else than the cluster itself that succeeded."""
    return asked_by_others(event_result="Success", **conditions)


WORKLOAD_WRITTEN = done_by_others(
    operation=WRITES, target_type=WORKLOADS, target_id=none_of("status", "scale", "eviction", "binding")
)
"""A workload or its template is created or changed, not only its state."""


def requested(event: Event, place: str) -> Any:
    """What stands at `place` of the object that the request carries, in both layouts of the record."""
    return event.get(f"properties.log.requestObject.{place}") or event.get(f"requestObject.{place}")


def pod_spec(event: Event) -> str:
    """What a request says of its pods, as text in lower case."""
    return event.texts("properties.log.requestObject.spec") or event.texts("requestObject.spec")


def command_of(event: Event) -> str:
    """What a request runs in a pod."""
    asked = requested(event, "command")
    if not isinstance(asked, list):
        asked = parse_qs(urlsplit(event.url or "").query).get("command", [])
    return " ".join(map(str, asked))


def rules(event: Event) -> list[dict[str, Any]]:
    """The rules of the role that a request writes."""
    asked = requested(event, "rules")
    return [rule for rule in asked if isinstance(rule, dict)] if isinstance(asked, list) else []


def words(rule: dict[str, Any], name: str) -> set[str]:
    """The verbs or resources of a rule."""
    values = rule.get(name)
    return set(map(str, values)) if isinstance(values, list) else set()
