from functions.detectors.kubernetes.vocabulary import AUDIT, COMMANDS, SYSTEM_NAMESPACES, command_of
from shared.detection import Severity, detector, select
from shared.events import Event

_TOKENS = (
    "secrets/kubernetes.io/serviceaccount", "secrets/azure/tokens",
    "secrets/eks.amazonaws.com/serviceaccount", "secrets/tokens", "azure-identity-token",
)  # fmt: skip


@detector(
    title="{actor_username} read the service account's token in the pod {target_name} of {namespace}",
    severity=Severity.HIGH,
    techniques=["T1552.007", "T1528"],
    on=select(AUDIT, target_type="pods", target_id=COMMANDS, event_result="Success"),
    dedup=("resource_id", "actor_username", "namespace", "target_name"),
    confidence=75,
    runbook=[
        "Find out what the pod's service account may do, in the cluster and through workload identity in Azure.",
        "Ask {actor_username} what the change was for; a call, not a reply to a message.",
        "List what else {actor_username} did in the cluster in the hour before and after.",
    ],
    response=["Delete the pod, which ends its token; bind the service account to less."],
    false_positives=["Engineers who look for a fault in workload identity."],
)
def service_account_token_read(event: Event) -> bool:
    """A token that was printed on a screen works from anywhere, with the rights of the workload."""
    system = str(event.actor_username).startswith("system:") and event.namespace in SYSTEM_NAMESPACES
    command = command_of(event)
    return not system and any(path in command for path in _TOKENS)
