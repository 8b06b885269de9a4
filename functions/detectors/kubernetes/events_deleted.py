"""Deletion of a cluster's events (T1070)."""

from shared.detection import Severity, detector, select
from shared.events import Event, azure_aks_audit, kubernetes_audit
from shared.events.conditions import Matcher

_SYSTEM = ("system:serviceaccount:kube-system:", "system:node:", "system:kube-", "aksservice")
_OTHERS = Matcher("prefix", _SYSTEM, negated=True)


@detector(
    title="{actor_username} deleted events of {namespace}",
    severity=Severity.MEDIUM,
    techniques=["T1070"],
    on=select(
        [azure_aks_audit, kubernetes_audit],
        operation=["delete", "deletecollection"],
        target_type="events",
        actor_username=_OTHERS,
        event_result="Success",
    ),
    dedup=("resource_id", "actor_username", "namespace"),
    confidence=65,
    runbook=[
        "Read the audit log for what was started before.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Treat the cluster as entered until it is explained."],
)
def events_deleted(event: Event) -> bool:
    """Events tell which pods were started: nobody needs to delete them but an intruder."""
    return True
