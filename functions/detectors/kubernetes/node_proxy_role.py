from functions.detectors.kubernetes.vocabulary import ROLES, WRITES, done_by_others, rules, words
from shared.detection import Severity, detector
from shared.events import Event

_NODES = frozenset({"nodes/proxy", "nodes/*"})


@detector(
    title="{actor_username} wrote the role {target_name}, which reaches the nodes past the audit log",
    severity=Severity.HIGH,
    techniques=["T1098.006", "T1611"],
    on=done_by_others(operation=WRITES, target_type=ROLES),
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
    for rule in rules(event):
        resources = words(rule, "resources")
        if not _NODES.isdisjoint(resources) or {"nodes", "*"} <= resources:
            return True
    return False
