from functions.detectors.kubernetes.vocabulary import WORKLOAD_WRITTEN, pod_spec
from shared.detection import Severity, detector
from shared.events import Event

_SIGNS = ('"hostnetwork":true', '"hostpid":true', '"hostipc":true', '"hostpath":{', '"privileged":true')
_CAPABILITIES = ('"add":["all"', '"sys_admin"', '"sys_ptrace"', '"sys_module"', '"dac_read_search"')


@detector(
    title="{actor_username} started a workload that reaches its node: {target_name} in {namespace}",
    severity=Severity.HIGH,
    techniques=["T1611", "T1610"],
    on=WORKLOAD_WRITTEN,
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    dedup_period="1d",
    confidence=60,
    runbook=[
        "Read the pod's definition: what of the node does it use, and does the image come from the house's registry?",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["Delete the workload; drain and rebuild the node it ran on."],
    false_positives=["Agents for logs, storage and networks: allow-list their namespace."],
)
def privileged_pod(event: Event) -> bool:
    """Privileged mode, host namespaces and host paths make a container root on its node, and from there on others."""
    spec = pod_spec(event)
    return any(sign in spec for sign in _SIGNS + _CAPABILITIES)
