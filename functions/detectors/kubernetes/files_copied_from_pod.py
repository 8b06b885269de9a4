import re

from functions.detectors.kubernetes.vocabulary import AUDIT, COMMANDS, SYSTEM_NAMESPACES, command_of
from shared.detection import Severity, detector, select
from shared.events import Event

_TAR_TO_OUTPUT = re.compile(r"(?:^|[\s/;&|])tar\s+-{0,2}[a-z]{0,8}c[a-z]{0,8}\s+-(?:\s|$)")


@detector(
    title="{actor_username} copied files out of the pod {target_name} of {namespace}",
    severity=Severity.MEDIUM,
    techniques=["T1609", "T1552.001"],
    on=select(AUDIT, target_type="pods", target_id=COMMANDS, event_result="Success"),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=65,
    runbook=[
        "Read which paths were copied ({url}).",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["Rotate the credentials that lay under the copied paths."],
    false_positives=["Developers who fetch a dump from a test cluster."],
)
def files_copied_from_pod(event: Event) -> bool:
    """A copy with kubectl is a tar to standard output: data and credentials leave the cluster over its own
    interface.
    """
    system = str(event.actor_username).startswith("system:") and event.namespace in SYSTEM_NAMESPACES
    return not system and _TAR_TO_OUTPUT.search(command_of(event)) is not None
