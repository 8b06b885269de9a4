from functions.detectors.kubernetes.vocabulary import WRITES, done_by_others
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} opened a port of every node: {target_name} in {namespace}",
    severity=Severity.LOW,
    techniques=["T1133", "T1190"],
    on=done_by_others(operation=WRITES, target_type="services"),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=45,
    runbook=[
        "Find out what listens behind the port and whether the nodes are public.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
    ],
    response=["Make it an internal service."],
    false_positives=["Test clusters."],
)
def nodeport_service(event: Event) -> bool:
    """A node port passes the ingress and what it checks; with public nodes it faces the internet."""
    return "NodePort" in (
        event.get("properties.log.requestObject.spec.type"),
        event.get("requestObject.spec.type"),
    )
