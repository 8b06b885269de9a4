from functions.detectors.kubernetes.vocabulary import BINDINGS, WRITES, done_by_others
from shared.detection import Severity, detector
from shared.events import Event

_ROLES = frozenset({"cluster-admin", "admin", "edit", "system:masters", "system:node"})
_ROLE_PREFIXES = ("system:kube-", "system:controller:", "system:cloud-controller")


@detector(
    title="{actor_username} gave the rights of an administrator over the cluster: {target_name}",
    severity=Severity.HIGH,
    techniques=["T1098.006"],
    on=done_by_others(operation=WRITES, target_type=BINDINGS),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=75,
    runbook=[
        "Read who was bound ({target_name}) and what that subject did since.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["Delete the binding; look for pods and tokens that its subject made."],
    false_positives=["Installation of operators that ask for everything."],
)
def cluster_admin_binding(event: Event) -> bool:
    """Who is bound to such a role owns every secret, pod and node of the cluster, until somebody looks."""
    if event.target_type == "rolebindings" and event.namespace != "kube-system":
        return False
    for place in ("requestObject", "responseObject"):
        role = event.get(f"properties.log.{place}.roleRef.name") or event.get(f"{place}.roleRef.name")
        if str(role) in _ROLES or str(role).startswith(_ROLE_PREFIXES):
            return True
    return False
