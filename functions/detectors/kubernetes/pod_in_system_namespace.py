from functions.detectors.kubernetes.vocabulary import done_by_others
from shared.detection import Severity, absent, detector
from shared.events import Event


@detector(
    title="{actor_username} started the pod {target_name} in {namespace}",
    severity=Severity.MEDIUM,
    techniques=["T1610", "T1036.005"],
    on=done_by_others(
        operation="create",
        target_type="pods",
        target_id=absent(),
        namespace=["kube-system", "kube-public", "kube-node-lease", "gatekeeper-system", "calico-system"],
    ),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=60,
    runbook=[
        "Read the pod's image.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["Delete the pod."],
    false_positives=["Administrators who look for a fault."],
)
def pod_in_system_namespace(event: Event) -> bool:
    """Among the system's own pods a foreign one is seen by nobody, and policies often leave these namespaces out."""
    return True
