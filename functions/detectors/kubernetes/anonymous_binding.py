"""Rights given to everybody (T1098.006)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)
_EVERYBODY = frozenset({"system:anonymous", "system:unauthenticated"})


@detector(
    title="{actor_username} gave rights in the cluster to everybody: {target_name}",
    severity=Severity.HIGH,
    techniques=["T1098.006"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation=["create", "update", "patch"],
        target_type=["clusterrolebindings", "rolebindings"],
        actor_username=_OTHERS,
        event_result="Success",
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=85,
    runbook=[
        "Read which role was given.",
        "Look for requests by system:anonymous since.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Delete the binding."],
)
def anonymous_binding(event: Event) -> bool:
    """A binding for anonymous or all users opens the cluster to whoever reaches its address."""
    for place in ("properties.log.requestObject.subjects", "requestObject.subjects"):
        subjects = event.get(place)
        for subject in subjects if isinstance(subjects, list) else ():
            if isinstance(subject, dict) and str(subject.get("name")) in _EVERYBODY:
                return True
    return False
