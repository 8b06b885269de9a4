import re

from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event

_SIZE = re.compile(r"standard_n[cdvg]\w{1,30}")


@detector(
    title="{actor_username} created a machine with graphics processors: {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1496.001", "T1578.002"],
    on=done(
        "Microsoft.Compute/virtualMachines/write",
        "Microsoft.Compute/virtualMachineScaleSets/write",
        "Microsoft.ContainerService/managedClusters/agentPools/write",
        "Microsoft.MachineLearningServices/workspaces/computes/write",
        "Microsoft.Batch/batchAccounts/pools/write",
    ),
    dedup=("resource_id", "correlation_id"),
    confidence=45,
    runbook=[
        "Find out who pays for it and what runs on it.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "Look for the same in other regions.",
    ],
    response=["Delete the machines; set a quota."],
    false_positives=["Teams that train models: allow-list them."],
)
def gpu_machine_created(event: Event) -> bool:
    """Stolen accounts rent graphics processors to mine, at the price of a car a day."""
    return any(_SIZE.search(event.texts(f"properties.{body}")) for body in ("requestbody", "responseBody"))
